const encoder = new TextEncoder()

/** The most bytes that a whole number takes. */
export const VARINT_BYTES = 8

/** The largest whose signed form has four digits. */
const LARGEST_SHORT = 2 ** 27 - 1

/** Memory of its own costs a small array more than all that is written into it, so small ones share some. */
const SHARED_BYTES = 65_536
const SMALL_BYTES = SHARED_BYTES / 16
/** So few are copied one by one sooner than by a call. */
const TINY_BYTES = 64

/** Appends numbers and texts to a growing byte array; what it writes, `ByteReader` reads. */
export class ByteWriter {
  #bytes = new Uint8Array(256)
  #view = new DataView(this.#bytes.buffer)
  #length = 0
  #shared = new Uint8Array(0)
  #sharedLength = 0

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  /** A whole number from 0 to 2^53 − 1, in base 128, least significant digits first. */
  varint(value: number): void {
    this.#reserve(8)
    const bytes = this.#bytes
    let at = this.#length
    let rest = value
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80
    for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80
    bytes[at++] = rest
    this.#length = at
  }

  /** A whole number from −2^52 to 2^52 − 1; small magnitudes take few bytes. */
  signed(value: number): void {
    this.varint(value >= 0 ? value * 2 : -value * 2 - 1)
  }

  /**
   * How far each of `length` values is from the one before it, as signed numbers: of those at `first` and each `stride`
   * behind; the first from `before`.
   */
  differences(
    values: readonly number[],
    first: number,
    stride: number,
    length: number,
    before: number,
  ): void {
    this.#reserve(VARINT_BYTES * length)
    const bytes = this.#bytes
    let at = this.#length
    // Known to be a number, or V8 makes an object of it for each value.
    let previous = +before
    const end = first + length * stride
    for (let i = first; i < end; i += stride) {
      const value = values[i]!
      const difference = value - previous
      previous = value
      if (difference > LARGEST_SHORT || difference < -LARGEST_SHORT) {
        this.#length = at
        this.signed(difference)
        at = this.#length
        continue
      }
      const digits = (difference << 1) ^ (difference >> 31)
      // Written out, as where they are read: most of encoding a state is this loop.
      if (digits < 2 ** 7) bytes[at++] = digits
      else if (digits < 2 ** 14) {
        bytes[at] = digits | 0x80
        bytes[at + 1] = digits >>> 7
        at += 2
      } else if (digits < 2 ** 21) {
        bytes[at] = digits | 0x80
        bytes[at + 1] = (digits >>> 7) | 0x80
        bytes[at + 2] = digits >>> 14
        at += 3
      } else {
        bytes[at] = digits | 0x80
        bytes[at + 1] = (digits >>> 7) | 0x80
        bytes[at + 2] = (digits >>> 14) | 0x80
        bytes[at + 3] = digits >>> 21
        at += 4
      }
    }
    this.#length = at
  }

  /** A point in time (epoch ms), or −Infinity. */
  time(value: number): void {
    if (value === Number.NEGATIVE_INFINITY) this.varint(0)
    else this.varint(value >= 0 ? value * 2 + 1 : -value * 2)
  }

  float64(value: number): void {
    this.#reserve(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  uint32(value: number): void {
    this.#reserve(4)
    this.#view.setUint32(this.#length, value, true)
    this.#length += 4
  }

  /** A text: the length of its UTF-8 bytes, and these. */
  text(value: string): void {
    this.bytes(encoder.encode(value))
  }

  /** Their count, and the bytes. */
  bytes(values: Uint8Array): void {
    this.varint(values.length)
    this.#reserve(values.length)
    this.#bytes.set(values, this.#length)
    this.#length += values.length
  }

  /** What was written, good until more is written; the writer starts anew. */
  finishBriefly(): Uint8Array {
    const written = this.#bytes.subarray(0, this.#length)
    this.#length = 0
    return written
  }

  /** What was written, which shares its memory with what was finished before it; the writer starts anew. */
  finish(): Uint8Array {
    const length = this.#length
    const written = length > SMALL_BYTES ? this.#bytes.slice(0, length) : this.#share(length)
    this.#length = 0
    return written
  }

  #share(length: number): Uint8Array {
    if (this.#sharedLength + length > this.#shared.length) {
      this.#shared = new Uint8Array(SHARED_BYTES)
      this.#sharedLength = 0
    }
    const written = this.#shared.subarray(this.#sharedLength, this.#sharedLength + length)
    this.#sharedLength += length
    if (length > TINY_BYTES) written.set(this.#bytes.subarray(0, length))
    else for (let i = 0; i < length; i++) written[i] = this.#bytes[i]!
    return written
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + extra))
    grown.set(this.#bytes)
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}
