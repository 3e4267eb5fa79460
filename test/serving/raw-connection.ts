import { connect, type Socket } from 'node:net'
import type { FuzzedRequest } from './fuzzed-request.ts'

/** An answer, or what came of it before the server closed the connection. */
export interface RawAnswer {
  readonly status: number
  readonly body: string
}

/** How long a server that was told everything may take to answer or to close (ms). It waits 10 s for what is missing. */
const PATIENCE_MS = 60_000

/** A connection on which requests of any bytes are sent, each after the answer to the one before. */
export class RawConnection {
  readonly #port: number
  #socket: Socket | undefined

  constructor(port: number) {
    this.#port = port
  }

  /**
   * The answers to a request: one where its head is right, else any number until the server has closed the connection,
   * or has nothing more to say. Throws when the server neither answers nor closes.
   */
  async ask({ bytes, isFramed }: FuzzedRequest): Promise<readonly RawAnswer[]> {
    const socket = this.#socket ?? connect(this.#port, '127.0.0.1').setNoDelay()
    this.#socket = undefined
    const { answers, isOpen } = await exchange(socket, bytes, isFramed)
    if (isOpen) this.#socket = socket
    else socket.destroy()
    return answers
  }

  close(): void {
    this.#socket?.destroy()
  }
}

interface Exchange {
  readonly answers: readonly RawAnswer[]
  readonly isOpen: boolean
}

function exchange(socket: Socket, bytes: Buffer, isFramed: boolean): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0)
    const end = (isOpen: boolean): void => {
      clearTimeout(timer)
      socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('error')
      if (!isOpen) socket.on('error', () => {})
      resolve({ answers: readAnswers(received), isOpen })
    }
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no answer to ${bytes.toString('latin1').slice(0, 500)}`))
    }, PATIENCE_MS)
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      const [answer] = isFramed ? readAnswers(received) : []
      if (answer !== undefined) end(!/\r\nconnection: close/i.test(received.toString('latin1')))
    })
    socket.on('error', () => {})
    socket.on('close', () => end(false))
    socket.write(bytes)
    if (!isFramed) socket.end()
  })
}

/** The answers that have come as a whole. */
function readAnswers(received: Buffer): readonly RawAnswer[] {
  const answers: RawAnswer[] = []
  for (let at = 0; ; ) {
    const end = received.indexOf('\r\n\r\n', at)
    if (end < 0) return answers
    const head = received.toString('latin1', at, end)
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
    const from = end + 4
    if (received.length < from + length) return answers
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
    // 100 announces nothing: the answer proper follows.
    if (status !== 100) answers.push({ status, body: received.toString('utf8', from, from + length) })
    at = from + length
  }
}
