import { crc32c } from '@node-rs/crc32'
import type { ProducerIdentity } from '../cluster.ts'
import { type Bytes, lengthOf, sizeOfPrefixed, writePrefixed } from './length-prefixed.ts'
import { type RecordHeaders, sizeOfHeaders, writeHeaders } from './record-headers.ts'
import { sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from './varint.ts'

/** Where the fields of a batch of magic 2 begin. */
const FIELD = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
  records: 61,
} as const

const MAGIC = 2
const FIRST_CAPACITY = 4_096
/** A buffer that one large record made larger than this is not kept. */
const MAX_KEPT_CAPACITY = 1 << 20

/** Writes records straight into the bytes of one batch, in one buffer that is used again for the next batch. */
export class BatchWriter {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY)
  #end: number = FIELD.records
  #count = 0
  #firstTimestamp = 0
  #maxTimestamp = 0

  /** The number of records. */
  get count(): number {
    return this.#count
  }

  /**
   * Appends a record; its key and its value are copied. Answers the number of bytes that it takes, with the batch's own
   * ones where it is the first, or 0 where they are more than `room`: then nothing was appended.
   * @param timestamp ms
   */
  append(
    timestamp: number,
    key: Bytes | null | undefined,
    value: Bytes | null,
    headers: RecordHeaders | undefined,
    room: number,
  ): number {
    const keyLength = lengthOf(key)
    const valueLength = lengthOf(value)
    const delta = this.#count === 0 ? 0 : timestamp - this.#firstTimestamp
    const size =
      1 +
      sizeOfVarlong(delta) +
      sizeOfVarint(this.#count) +
      sizeOfPrefixed(keyLength) +
      sizeOfPrefixed(valueLength) +
      sizeOfHeaders(headers)
    const taken = sizeOfVarint(size) + size + (this.#count === 0 ? FIELD.records : 0)
    if (taken > room) return 0
    this.#note(timestamp)
    const bytes = this.#withRoomFor(taken)
    let at = writeVarint(bytes, this.#end, size)
    bytes[at++] = 0 // a record's attributes
    at = writeVarlong(bytes, at, delta)
    at = writeVarint(bytes, at, this.#count++)
    at = writePrefixed(bytes, at, key, keyLength)
    at = writePrefixed(bytes, at, value, valueLength)
    this.#end = writeHeaders(bytes, at, headers)
    return taken
  }

  /** The bytes of the batch as this producer sends them, until the next call of `append` or `clear`. */
  seal({ id, epoch }: ProducerIdentity, baseSequence: number): Buffer {
    const bytes = this.#bytes
    bytes.writeBigInt64BE(0n, FIELD.baseOffset)
    bytes.writeInt32BE(this.#end - FIELD.leaderEpoch, FIELD.length)
    bytes.writeInt32BE(0, FIELD.leaderEpoch)
    bytes[FIELD.magic] = MAGIC
    bytes.writeInt16BE(0, FIELD.attributes)
    bytes.writeInt32BE(this.#count - 1, FIELD.lastOffsetDelta)
    bytes.writeBigInt64BE(BigInt(this.#firstTimestamp), FIELD.firstTimestamp)
    bytes.writeBigInt64BE(BigInt(this.#maxTimestamp), FIELD.maxTimestamp)
    bytes.writeBigInt64BE(id, FIELD.producerId)
    bytes.writeInt16BE(epoch, FIELD.producerEpoch)
    bytes.writeInt32BE(baseSequence, FIELD.baseSequence)
    bytes.writeInt32BE(this.#count, FIELD.count)
    bytes.writeUInt32BE(crc32c(bytes.subarray(FIELD.attributes, this.#end)), FIELD.crc)
    return bytes.subarray(0, this.#end)
  }

  /** Begins the next batch. */
  clear(): void {
    this.#end = FIELD.records
    this.#count = 0
    if (this.#bytes.length > MAX_KEPT_CAPACITY) this.#bytes = Buffer.allocUnsafe(FIRST_CAPACITY)
  }

  #note(timestamp: number): void {
    if (this.#count === 0) {
      this.#firstTimestamp = timestamp
      this.#maxTimestamp = timestamp
    } else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
  }

  #withRoomFor(size: number): Buffer {
    const needed = this.#end + size
    if (needed <= this.#bytes.length) return this.#bytes
    const grown = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length))
    grown.set(this.#bytes.subarray(0, this.#end))
    this.#bytes = grown
    return grown
  }
}
