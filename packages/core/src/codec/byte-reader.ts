const decoder = new TextDecoder()

/** Reads what `ByteWriter` wrote, in the same order. Throws RangeError past the end. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    return this.#view.getUint8(this.#position++)
  }

  varint(): number {
    const bytes = this.#bytes
    let at = this.#position
    let value = 0
    let weight = 1
    for (;;) {
      if (at === bytes.length) throw new RangeError('The bytes end within a number.')
      const digit = bytes[at++]!
      value += (digit & 0x7f) * weight
      if (digit < 0x80) break
      weight *= 0x80
    }
    this.#position = at
    return value
  }

  signed(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** A point in time (epoch ms), or −Infinity. */
  time(): number {
    const value = this.varint()
    if (value === 0) return Number.NEGATIVE_INFINITY
    return value % 2 === 1 ? (value - 1) / 2 : -value / 2
  }

  float64(): number {
    const value = this.#view.getFloat64(this.#position, true)
    this.#position += 8
    return value
  }

  uint32(): number {
    const value = this.#view.getUint32(this.#position, true)
    this.#position += 4
    return value
  }

  text(): string {
    return decoder.decode(this.bytes())
  }

  /** A copy of the bytes. */
  bytes(): Uint8Array {
    const length = this.varint()
    const start = this.#position
    this.#position += length
    if (this.#position > this.#bytes.length) throw new RangeError('The bytes end within bytes.')
    return new Uint8Array(this.#bytes.subarray(start, this.#position))
  }
}
