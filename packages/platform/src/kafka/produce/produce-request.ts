import type { BrokerRequest } from '../broker-request.ts'

/** A record batch for a partition. */
export interface SealedBatch {
  readonly topic: string
  readonly partition: number
  readonly bytes: Buffer
}

const VERSION = 7
const ALL_REPLICAS = -1
/** How long a leader may wait for its replicas (ms): below the client's own limit, so that it is the one to tell. */
const REPLICAS_TIMEOUT_MS = 10_000

/** A request that appends these batches (at least one), and is answered when all replicas in sync have them. */
export function produceRequest(batches: readonly SealedBatch[]): BrokerRequest {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic)
  const framing = Buffer.allocUnsafe(framingSize(byTopic))
  const body: Buffer[] = []
  let from = 0
  let at = framing.writeInt16BE(-1, 0) // no transaction
  at = framing.writeInt16BE(ALL_REPLICAS, at)
  at = framing.writeInt32BE(REPLICAS_TIMEOUT_MS, at)
  at = framing.writeInt32BE(byTopic.size, at)
  for (const [topic, partitions] of byTopic) {
    at = framing.writeInt16BE(Buffer.byteLength(topic), at)
    at += framing.write(topic, at)
    at = framing.writeInt32BE(partitions.length, at)
    for (const { partition, bytes } of partitions) {
      at = framing.writeInt32BE(partition, at)
      at = framing.writeInt32BE(bytes.length, at)
      body.push(framing.subarray(from, at), bytes)
      from = at
    }
  }
  return { apiKey: 0, apiName: 'Produce', apiVersion: VERSION, body, throttleMs }
}

/** What stands before the batches. */
function framingSize(byTopic: ReadonlyMap<string, readonly SealedBatch[]>): number {
  let size = 12
  for (const [topic, partitions] of byTopic) size += 6 + Buffer.byteLength(topic) + 8 * partitions.length
  return size
}

/** The last field of an answer: how long the broker wants to be left alone. */
function throttleMs(answer: Buffer): number {
  return answer.readInt32BE(answer.length - 4)
}
