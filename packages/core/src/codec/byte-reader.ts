/** Reads what `ByteWriter` wrote, in the same order. Throws RangeError past the end. */
export class ByteReader {
  readonly #view: DataView
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    return this.#view.getUint8(this.#position++)
  }

  varint(): number {
    let value = 0
    let weight = 1
    for (;;) {
      const digit = this.byte()
      value += (digit & 0x7f) * weight
      if (digit < 0x80) return value
      weight *= 0x80
    }
  }

  signed(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
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
}
