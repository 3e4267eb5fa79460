import { decompress } from './decode-codec.ts'
import { ByteCursor, int64At } from './decode-cursor.ts'
import { logUnreadable } from './decode-error.ts'
import { BatchRecord, type LogRecord } from './decode-record.ts'

/** What stands before the records of a batch, where a reader needs it. */
export interface BatchHeader {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly codec: number
  readonly isTransactional: boolean
  /** It holds a marker of a transaction and no records of anybody. */
  readonly isControl: boolean
  readonly producerId: bigint
}

/** A batch in the bytes of a record set. */
export interface Batch extends BatchHeader {
  /** Offset of its first byte after the header. */
  readonly recordsAt: number
  readonly end: number
  readonly count: number
  readonly baseTimestamp: number
  /** Time of all its records where the topic keeps the time of the append. */
  readonly appendTime: number | undefined
}

const MAGIC_AT = 16
const LENGTH_END = 12
const RECORDS_AT = 61
const CODEC_BITS = 0x07
const APPEND_TIME_BIT = 0x08
const TRANSACTIONAL_BIT = 0x10
const CONTROL_BIT = 0x20
/** Versions of the batch format: 0 and 1 are of brokers before 0.11. */
const MAGIC = 2

/**
 * Reads the header of the batch that begins at `at`. Undefined where the batch is cut off: a response may end anywhere.
 * Throws LOG_UNREADABLE for formats other than that of Kafka 0.11 and later.
 */
export function readBatch(bytes: Buffer, at: number): Batch | undefined {
  if (at + MAGIC_AT >= bytes.length) return undefined
  const end = at + LENGTH_END + bytes.readInt32BE(at + 8)
  const magic = bytes[at + MAGIC_AT]!
  if (magic !== MAGIC)
    throw logUnreadable(
      `A batch has the format ${magic} of a Kafka before 0.11. Let the broker convert the topic, or copy its records into a new one.`,
    )
  if (end < at + RECORDS_AT) throw corrupt(int64At(bytes, at))
  if (end > bytes.length) return undefined
  const attributes = bytes.readInt16BE(at + 21)
  const baseOffset = int64At(bytes, at)
  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(at + 23),
    codec: attributes & CODEC_BITS,
    isTransactional: (attributes & TRANSACTIONAL_BIT) !== 0,
    isControl: (attributes & CONTROL_BIT) !== 0,
    producerId: bytes.readBigInt64BE(at + 43),
    recordsAt: at + RECORDS_AT,
    end,
    count: bytes.readInt32BE(at + 57),
    baseTimestamp: int64At(bytes, at + 27),
    appendTime: attributes & APPEND_TIME_BIT ? int64At(bytes, at + 35) : undefined,
  }
}

/** Appends the records of a batch from an offset on to `records`. Throws LOG_UNREADABLE. */
export async function readRecords(
  bytes: Buffer,
  batch: Batch,
  from: number,
  records: LogRecord[],
): Promise<void> {
  if (batch.codec === 0) return decodeRecords(bytes, batch, from, records)
  const plain = await decompress(batch.codec, bytes.subarray(batch.recordsAt, batch.end))
  decodeRecords(plain, { ...batch, recordsAt: 0, end: plain.length }, from, records)
}

/** Whether a control batch ends a transaction by aborting it: its one key is a version and a kind of zero. */
export function isAbortMarker(bytes: Buffer, batch: Batch): boolean {
  const markers: LogRecord[] = []
  decodeRecords(bytes, batch, batch.baseOffset, markers)
  const key = markers[0]?.key
  return key?.length === 4 && key.readInt16BE(2) === 0
}

/** The hot path of reading: one object for each record. */
function decodeRecords(bytes: Buffer, batch: Batch, from: number, records: LogRecord[]): void {
  const { baseOffset, baseTimestamp, appendTime, end: batchEnd } = batch
  const cursor = new ByteCursor(bytes, batch.recordsAt)
  for (let left = batch.count; left > 0; left--) {
    const length = cursor.varint()
    const end = cursor.at + length
    cursor.at++
    const timestamp = baseTimestamp + cursor.varint()
    const offset = baseOffset + cursor.varint()
    const keyAt = cursor.at
    const keyLength = cursor.varint()
    if (keyLength > 0) cursor.at += keyLength
    const valueLength = cursor.varint()
    const valueAt = cursor.at
    if (valueAt + valueLength > end || end > batchEnd || length < 0) throw corrupt(baseOffset)
    cursor.at = end
    if (offset < from) continue
    const places = { keyAt, valueAt, valueLength }
    records.push(new BatchRecord(offset, appendTime ?? timestamp, bytes, places))
  }
}

function corrupt(offset: number): Error {
  return logUnreadable(`The batch at offset ${offset} is damaged: its sizes do not fit.`)
}
