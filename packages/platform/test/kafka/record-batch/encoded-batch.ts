import { createRequire } from 'node:module'
import type { LogRecord, RecordHeaders } from '../../../src/kafka/record-batch/decode-record.ts'

const require = createRequire(import.meta.url)
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0')
const Record = require('kafkajs/src/protocol/recordBatch/record/v0')
const Long = require('kafkajs/src/utils/long')

/** A record as a producer sends it. */
export interface SentRecord {
  readonly key?: Buffer | null
  readonly value?: Buffer | null
  readonly headers?: RecordHeaders
  /** After the first record of the batch (ms). */
  readonly timestampDelta?: number
  /** After the first offset of the batch. Default: one after the other. */
  readonly offsetDelta?: number
}

export interface BatchOptions {
  readonly baseOffset?: number
  readonly firstTimestamp?: number
  readonly maxTimestamp?: number
  /** As in the attributes: 1 is gzip. */
  readonly codec?: number
  readonly producerId?: number
  readonly isTransactional?: boolean
  readonly isControl?: boolean
  readonly isAppendTime?: boolean
}

/** A batch as kafkajs encodes it. */
export async function batchOf(records: readonly SentRecord[], options: BatchOptions = {}): Promise<Buffer> {
  const { baseOffset = 0, firstTimestamp = 0, maxTimestamp = 0, codec = 0, producerId = -1 } = options
  const encoded = records.map(
    ({ offsetDelta, timestampDelta = 0, key = null, value = null, headers = {} }, i) =>
      Record({
        offsetDelta: offsetDelta ?? i,
        timestampDelta: Long.fromNumber(timestampDelta),
        key,
        value,
        headers,
      }),
  )
  const { buffer } = await RecordBatch({
    compression: codec,
    firstOffset: Long.fromNumber(baseOffset),
    firstTimestamp: Long.fromNumber(firstTimestamp),
    maxTimestamp: Long.fromNumber(maxTimestamp),
    lastOffsetDelta: records.at(-1)?.offsetDelta ?? Math.max(0, records.length - 1),
    transactional: options.isTransactional ?? false,
    producerId: Long.fromNumber(producerId),
    records: encoded,
  })
  buffer[22] |= (options.isControl ? 0x20 : 0) | (options.isAppendTime ? 0x08 : 0)
  return buffer
}

/** The end of a transaction as a broker writes it. */
export function markerOf(kind: 'abort' | 'commit', baseOffset: number, producerId: number): Promise<Buffer> {
  const key = Buffer.of(0, 0, 0, kind === 'abort' ? 0 : 1)
  return batchOf([{ key, value: Buffer.alloc(6) }], {
    baseOffset,
    producerId,
    isTransactional: true,
    isControl: true,
  })
}

/** All that a record says, read at once. */
export function plain({ offset, timestamp, key, value, headers }: LogRecord) {
  return { offset, timestamp, key, value, headers }
}
