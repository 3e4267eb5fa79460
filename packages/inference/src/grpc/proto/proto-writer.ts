/** Writes the parts of a protobuf message, one after the other, into memory that grows. */
export class ProtoWriter {
  #bytes: Buffer
  #at: number

  /**
   * @param room for how many bytes there is room before the memory has to grow
   * @param before how many bytes are left free before the message, for its frame
   */
  constructor(room: number, before = 0) {
    this.#bytes = Buffer.allocUnsafe(before + room)
    this.#at = before
  }

  /** What was written, and the free bytes before it. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  /** An unsigned number below 2^32. */
  uint32(value: number): void {
    this.#reserve(5)
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#at++] = rest
  }

  /** A signed number; a negative one takes ten bytes. */
  int64(value: number): void {
    if (value >= 0 && value < 2 ** 32) this.uint32(value)
    else this.bigInt64(BigInt(value))
  }

  /** A number of 64 bits, with or without a sign. */
  bigInt64(value: bigint): void {
    this.#reserve(10)
    let rest = BigInt.asUintN(64, value)
    while (rest > 0x7fn) {
      this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.#bytes[this.#at++] = Number(rest)
  }

  float(value: number): void {
    this.#reserve(4)
    this.#at = this.#bytes.writeFloatLE(value, this.#at)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  /** Bytes after their length. */
  bytes(value: Uint8Array): void {
    this.uint32(value.length)
    this.#reserve(value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** UTF-8 after its length. */
  text(value: string): void {
    const length = Buffer.byteLength(value)
    this.uint32(length)
    this.#reserve(length)
    this.#at += this.#bytes.write(value, this.#at)
  }

  /** What `write` writes, after its length. */
  nested(write: () => void): void {
    this.#reserve(1)
    const start = ++this.#at
    write()
    const length = this.#at - start
    if (length > 0x7f) this.#widen(start, length)
    else this.#bytes[start - 1] = length
  }

  /** Moves what was written, since its length takes more than the one byte that was left for it. */
  #widen(start: number, length: number): void {
    const more = varintSize(length) - 1
    this.#reserve(more)
    this.#bytes.copyWithin(start + more, start, start + length)
    this.#at = start - 1
    this.uint32(length)
    this.#at += length
  }

  #reserve(length: number): void {
    const needed = this.#at + length
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }
}

function varintSize(value: number): number {
  let size = 1
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) size++
  return size
}
