import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One request as bytes, and over how many connections it is sent again and again. */
export interface Load {
  readonly url: string
  readonly request: Buffer
  readonly connections: number
  readonly requests: number
  /** Requests a second that come, whether the ones before are answered or not. Without it each waits for the last. */
  readonly pace?: number
}

export interface LoadResult {
  /** Requests a second. */
  readonly rate: number
  /** Latencies in ms. */
  readonly p50: number
  readonly p99: number
}

/**
 * Sends a request on every connection as soon as its last answer is there, or as they come, until all are answered with
 * 200. The latency of one that comes counts from its coming, also while no connection is free.
 */
export async function run({ url, request, connections, requests, pace }: Load): Promise<LoadResult> {
  const { hostname, port } = new URL(url)
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(Number(port), hostname).setNoDelay()
      await once(socket, 'connect')
      return socket
    }),
  )
  const latencies: number[] = []
  const source = pace === undefined ? atOnce(requests) : paced(requests, pace)
  const start = performance.now()
  await Promise.all(sockets.map(socket => sendAll(socket, request, source, latencies)))
  const seconds = (performance.now() - start) / 1_000
  for (const socket of sockets) socket.destroy()
  latencies.sort((a, b) => a - b)
  const at = (quantile: number): number => latencies[Math.floor((latencies.length - 1) * quantile)]!
  return { rate: requests / seconds, p50: at(0.5), p99: at(0.99) }
}

/** When the next request came (ms), as soon as there is one; undefined when none is left. */
type Source = (take: (cameAt: number | undefined) => void) => void

function atOnce(requests: number): Source {
  let left = requests
  return take => take(left-- > 0 ? performance.now() : undefined)
}

function paced(requests: number, pace: number): Source {
  const waiting: number[] = []
  const free: ((cameAt: number | undefined) => void)[] = []
  const start = performance.now()
  let came = 0
  const timer = setInterval(() => {
    const now = performance.now()
    for (const due = ((now - start) / 1_000) * pace; came < Math.min(due, requests); came++) waiting.push(now)
    while (waiting.length > 0 && free.length > 0) free.shift()!(waiting.shift())
    if (came === requests && waiting.length === 0) {
      clearInterval(timer)
      for (const take of free.splice(0)) take(undefined)
    }
  }, 1)
  return take => {
    if (waiting.length > 0) take(waiting.shift())
    else if (came === requests) take(undefined)
    else free.push(take)
  }
}

function sendAll(socket: Socket, request: Buffer, source: Source, latencies: number[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    let sentAt = 0
    const send = (): void =>
      source(cameAt => {
        if (cameAt === undefined) {
          resolve()
          return
        }
        sentAt = cameAt
        socket.write(request)
      })
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
