import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One request as bytes, and over how many connections it is sent again and again. */
export interface Load {
  readonly url: string
  readonly request: Buffer
  readonly connections: number
  readonly requests: number
}

export interface LoadResult {
  /** Requests a second. */
  readonly rate: number
  /** Latencies in ms. */
  readonly p50: number
  readonly p99: number
}

/** Sends a request on every connection as soon as its last answer is there, until all are answered with 200. */
export async function run({ url, request, connections, requests }: Load): Promise<LoadResult> {
  const { hostname, port } = new URL(url)
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(Number(port), hostname).setNoDelay()
      await once(socket, 'connect')
      return socket
    }),
  )
  const latencies: number[] = []
  let left = requests
  const take = (): boolean => left-- > 0
  const start = performance.now()
  await Promise.all(sockets.map(socket => sendAll(socket, request, take, latencies)))
  const seconds = (performance.now() - start) / 1_000
  for (const socket of sockets) socket.destroy()
  latencies.sort((a, b) => a - b)
  const at = (quantile: number): number => latencies[Math.floor((latencies.length - 1) * quantile)]!
  return { rate: requests / seconds, p50: at(0.5), p99: at(0.99) }
}

function sendAll(socket: Socket, request: Buffer, take: () => boolean, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    let sentAt = 0
    const send = (): void => {
      if (!take()) {
        resolve()
        return
      }
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('data', chunk => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const length = lengthOf(received)
      if (length === undefined || received.length < length) return
      if (!received.subarray(0, 12).equals(OK)) {
        reject(new Error(`the server refused: ${received.toString('latin1')}`))
        return
      }
      received = received.subarray(length)
      latencies.push(performance.now() - sentAt)
      send()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed a connection')))
    send()
  })
}

const OK = Buffer.from('HTTP/1.1 200')

/** How long the whole answer is; undefined until its head is there. */
function lengthOf(received: Buffer): number | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const length = /\r\ncontent-length: (\d+)/i.exec(received.toString('latin1', 0, end))![1]
  return end + 4 + Number(length)
}
