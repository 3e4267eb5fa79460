import { isUtf8 } from 'node:buffer'
import { MillraceError } from '@millrace/core'

/** How the bytes of a field are laid out. */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

const REPLACEMENT = '\ufffd'

/** Reads the parts of a protobuf message, one after the other. Everything throws REQUEST_INVALID for what is none. */
export class ProtoReader {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number
  /** The two halves of the last varint. */
  #low = 0
  #high = 0

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#at = at
    this.#end = end
  }

  get atEnd(): boolean {
    return this.#at === this.#end
  }

  /** The low 32 bits of a varint: tags, lengths, and 32-bit numbers once their sign is known. */
  uint32(): number {
    const byte = this.#bytes[this.#at]!
    if (this.#at < this.#end && byte < 0x80) {
      this.#at++
      return byte
    }
    this.#readVarint()
    return this.#low >>> 0
  }

  bool(): boolean {
    this.#readVarint()
    return (this.#low | this.#high) !== 0
  }

  /** A signed 64-bit number that a double holds. */
  safeInt64(): number {
    this.#readVarint()
    return safe(this.#high * 2 ** 32 + (this.#low >>> 0))
  }

  /** An unsigned 64-bit number that a double holds. */
  safeUint64(): number {
    this.#readVarint()
    return safe((this.#high >>> 0) * 2 ** 32 + (this.#low >>> 0))
  }

  bigInt64(): bigint {
    this.#readVarint()
    return (BigInt(this.#high) << 32n) | BigInt(this.#low >>> 0)
  }

  bigUint64(): bigint {
    this.#readVarint()
    return (BigInt(this.#high >>> 0) << 32n) | BigInt(this.#low >>> 0)
  }

  float(): number {
    return this.#bytes.readFloatLE(this.#pass(4))
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#pass(8))
  }

  /** A view of the message's own memory. */
  bytes(): Buffer {
    const length = this.uint32()
    const start = this.#pass(length)
    return this.#bytes.subarray(start, start + length)
  }

  text(): string {
    const length = this.uint32()
    const start = this.#pass(length)
    const text = this.#bytes.toString('utf8', start, start + length)
    if (text.includes(REPLACEMENT) && !isUtf8(this.#bytes.subarray(start, start + length))) throw malformed()
    return text
  }

  /** A reader of a message, or of a packed list, within this one. */
  nested(): ProtoReader {
    const length = this.uint32()
    const start = this.#pass(length)
    return new ProtoReader(this.#bytes, start, start + length)
  }

  /** Passes over a field that nobody knows. */
  skip(wire: number): void {
    if (wire === WIRE.varint) this.#readVarint()
    else if (wire === WIRE.bytes) this.#pass(this.uint32())
    else if (wire === WIRE.fixed32) this.#pass(4)
    else if (wire === WIRE.fixed64) this.#pass(8)
    else throw malformed()
  }

  /** Steps over so many bytes, and answers where they begin. */
  #pass(length: number): number {
    const start = this.#at
    if (length > this.#end - start) throw malformed()
    this.#at = start + length
    return start
  }

  #readVarint(): void {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#pass(1)]!
      const bits = byte & 0x7f
      if (shift < 32) low |= bits << shift
      if (shift === 28) high = bits >>> 4
      else if (shift > 28 && shift < 64) high |= bits << (shift - 32)
      if (byte < 0x80) {
        this.#low = low
        this.#high = high
        return
      }
    }
    throw malformed()
  }
}

function safe(number: number): number {
  if (Number.isSafeInteger(number)) return number
  throw new MillraceError('REQUEST_INVALID', 'The message has a whole number beyond 2^53 where none can be.')
}

function malformed(): MillraceError {
  return new MillraceError('REQUEST_INVALID', 'The message is no protobuf message of the expected type.')
}
