import { ByteCursor } from '../record-batch/decode-cursor.ts'
import type { AbortedTransaction } from '../record-batch/decode-transactions.ts'

/** What a broker answers about one partition. */
export interface PartitionAnswer {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
  /** Offset after the last record that all replicas have; of no meaning beside an error. */
  readonly highWatermark: number
  /** Offset of the first record of a transaction that is still open, the high watermark where none is. */
  readonly lastStableOffset: number
  readonly aborted: readonly AbortedTransaction[]
  /** Batches, undecoded. */
  readonly records: Buffer
}

export interface FetchAnswer {
  /** Trouble of the request as a whole, 0 for none. */
  readonly errorCode: number
  readonly partitions: readonly PartitionAnswer[]
}

/** Bytes of how long the broker asks to be left alone, which the connection sees to. */
const THROTTLE = 4

/** Decodes a Fetch response of version 11. Throws a RangeError where it is cut off. */
export function decodeFetchResponse(body: Buffer): FetchAnswer {
  const cursor = new ByteCursor(body, THROTTLE)
  const errorCode = cursor.int16()
  cursor.int32()
  const partitions: PartitionAnswer[] = []
  for (let topics = cursor.int32(); topics > 0; topics--) {
    const topic = cursor.string()
    for (let left = cursor.int32(); left > 0; left--) partitions.push(decodePartition(cursor, topic))
  }
  return { errorCode, partitions }
}

function decodePartition(cursor: ByteCursor, topic: string): PartitionAnswer {
  const partition = cursor.int32()
  const errorCode = cursor.int16()
  const highWatermark = cursor.int64()
  const lastStableOffset = cursor.int64()
  cursor.int64()
  const aborted: AbortedTransaction[] = []
  for (let left = cursor.int32(); left > 0; left--)
    aborted.push({ producerId: cursor.bigInt64(), firstOffset: cursor.int64() })
  cursor.int32()
  const length = Math.max(0, cursor.int32())
  const start = cursor.at
  cursor.at += length
  if (cursor.at > cursor.bytes.length) throw new RangeError('The response is cut off.')
  const records = cursor.bytes.subarray(start, cursor.at)
  return { topic, partition, errorCode, highWatermark, lastStableOffset, aborted, records }
}
