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
    let digit = bytes[at++]!
    let value = digit & 0x7f
    // Four digits are a small integer, and most numbers have no more.
    for (let shift = 7; digit >= 0x80 && shift < 28; shift += 7) {
      digit = bytes[at++]!
      value |= (digit & 0x7f) << shift
    }
    for (let weight = 2 ** 28; digit >= 0x80; weight *= 0x80) {
      digit = bytes[at++]!
      value += (digit & 0x7f) * weight
    }
    if (at > bytes.length) throw new RangeError('The bytes end within a number.')
    this.#position = at
    return value
  }

  signed(): number {
    const value = this.varint()
    if (value < 2 ** 31) return (value >>> 1) ^ -(value & 1)
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /**
   * Reads `length` signed numbers, and puts the sums of the first, of the first two, and so on to all of them into
   * `sums`, at `first` and each `stride` behind the one before.
   */
  runningSums(sums: number[], first: number, stride: number, length: number): void {
    const bytes = this.#bytes
    let at = this.#position
    let sum = 0
    for (let i = 0, place = first; i < length; i++, place += stride) {
      // Four digits, written out: the whole of reading a state is this loop.
      let digit = bytes[at]!
      let value = digit & 0x7f
      let end = at + 1
      if (digit >= 0x80) {
        digit = bytes[end++]!
        value |= (digit & 0x7f) << 7
        if (digit >= 0x80) {
          digit = bytes[end++]!
          value |= (digit & 0x7f) << 14
          if (digit >= 0x80) {
            digit = bytes[end++]!
            value |= (digit & 0x7f) << 21
          }
        }
      }
      if (digit < 0x80) {
        sum += (value >>> 1) ^ -(value & 1)
        at = end
      } else {
        this.#position = at
        sum += this.signed()
        at = this.#position
      }
      sums[place] = sum
    }
    if (at > bytes.length) throw new RangeError('The bytes end within a number.')
    this.#position = at
  }

  /** How many things follow, of which each takes a byte at least. Throws a RangeError when there cannot be as many. */
  count(): number {
    const count = this.varint()
    if (count > this.#bytes.length - this.#position)
      throw new RangeError('The bytes end before what they announce.')
    return count
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
