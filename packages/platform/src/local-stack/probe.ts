import { connect } from 'node:net'

const PROBE_LIMIT_MS = 2_000

/** Whether a Kafka broker at `host:port` names at least one live broker in its metadata. */
export async function kafkaAnswers(address: string): Promise<boolean> {
  const reply = await exchange(address, METADATA_REQUEST, isWholeKafkaReply)
  const brokerCount = reply.readInt32BE(8)
  return brokerCount > 0
}

/** Whether Redis at `host:port` answers PING; one that still loads its data does not. */
export async function redisAnswers(address: string): Promise<boolean> {
  const reply = await exchange(address, Buffer.from('PING\r\n'), data => data.includes('\r\n'))
  return reply.toString('latin1') === '+PONG\r\n'
}

/** Whether a schema registry lists its subjects under `url`. */
export async function registryAnswers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) })
  await response.body?.cancel()
  return response.status === 200
}

/** Metadata request, version 1, without topics: size, api key 3, version, correlation id, no client id. */
const METADATA_REQUEST = Buffer.from('0000000e' + '0003' + '0001' + '00000001' + 'ffff' + '00000000', 'hex')

function isWholeKafkaReply(data: Buffer): boolean {
  return data.length >= 12 && data.length >= 4 + data.readInt32BE(0)
}

/** Sends `request` on a new connection and gives what comes back, as soon as it is whole. */
function exchange(address: string, request: Buffer, isWhole: (data: Buffer) => boolean): Promise<Buffer> {
  const [host, port] = address.split(':')
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const socket = connect({ host: host!, port: Number(port), timeout: PROBE_LIMIT_MS })
  let received = Buffer.alloc(0)
  socket.on('connect', () => socket.write(request))
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk])
    if (isWhole(received)) resolve(received)
  })
  socket.on('timeout', () => socket.destroy(new Error(`${address} is silent`)))
  socket.on('error', reject)
  socket.on('close', () => reject(new Error(`${address} closed the connection`)))
  return promise.finally(() => socket.destroy())
}
