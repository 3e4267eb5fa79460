import type { BrokerRequest } from './broker-request.ts'

/** What kafkajs' connections can do beyond their published type. The version of kafkajs is pinned for its sake. */
export interface BrokerConnection {
  readonly clientId: string
  /** Undefined before the first connection. */
  readonly socket: ConnectionSocket | undefined
  readonly requestQueue: {
    push(request: QueuedRequest): void
    /** Sends nothing on the connection for as long (ms). */
    maybeThrottle(ms: number): void
  }
  isAuthenticated(): boolean
  authenticate(): Promise<void>
  /** Throws KafkaJSConnectionError. */
  failIfNotConnected(): void
  nextCorrelationId(): number
}

interface ConnectionSocket {
  cork(): void
  uncork(): void
  write(bytes: Buffer): unknown
  destroy(): unknown
}

interface QueuedRequest {
  readonly entry: {
    readonly apiKey: number
    readonly apiName: string
    readonly apiVersion: number
    readonly correlationId: number
    readonly resolve: (answer: { readonly payload: Buffer }) => void
    readonly reject: (error: Error) => void
  }
  readonly expectResponse: true
  readonly sendRequest: () => void
}

/** Length, key, version, correlation id, length of the client's id, and behind them the id. */
const HEADER_BYTES = 14
const LENGTH_BYTES = 4

/**
 * Sends a request and answers the body of its response. kafkajs' own way copies a request twice, each time into new
 * memory; here its pieces go to the socket as they are. All else, such as the order of requests, their time limits, and
 * what becomes of them when the connection breaks, is that of kafkajs' queue.
 */
export async function exchange(connection: BrokerConnection, request: BrokerRequest): Promise<Buffer> {
  if (!connection.isAuthenticated()) await connection.authenticate()
  const answer = await answerTo(connection, request)
  connection.requestQueue.maybeThrottle(request.throttleMs?.(answer) ?? 0)
  return answer
}

function answerTo(connection: BrokerConnection, request: BrokerRequest): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    connection.failIfNotConnected()
    const { apiKey, apiName, apiVersion } = request
    const correlationId = connection.nextCorrelationId()
    const settled = { resolve: ({ payload }: { readonly payload: Buffer }) => resolve(payload), reject }
    connection.requestQueue.push({
      entry: { apiKey, apiName, apiVersion, correlationId, ...settled },
      expectResponse: true,
      sendRequest: () => {
        const header = headerOf(request, correlationId, connection.clientId)
        write(connection.socket!, [header, ...request.body])
      },
    })
  })
}

/** The length of what follows, and the header of version 1. */
function headerOf(
  { apiKey, apiVersion, body }: BrokerRequest,
  correlationId: number,
  clientId: string,
): Buffer {
  const idLength = Buffer.byteLength(clientId)
  const header = Buffer.allocUnsafe(HEADER_BYTES + idLength)
  const following = body.reduce((sum, piece) => sum + piece.length, header.length - LENGTH_BYTES)
  let at = header.writeInt32BE(following)
  at = header.writeInt16BE(apiKey, at)
  at = header.writeInt16BE(apiVersion, at)
  at = header.writeInt32BE(correlationId, at)
  at = header.writeInt16BE(idLength, at)
  header.write(clientId, at)
  return header
}

/** As one write. */
function write(socket: ConnectionSocket, pieces: readonly Buffer[]): void {
  socket.cork()
  for (const piece of pieces) socket.write(piece)
  socket.uncork()
}
