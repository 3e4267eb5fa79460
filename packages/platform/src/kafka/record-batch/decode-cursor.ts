/** Reads values of Kafka's protocol from bytes, one after another. Offsets, times and sizes are numbers below 2^53. */
export class ByteCursor {
  readonly bytes: Buffer
  at: number

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  int16(): number {
    const value = this.bytes.readInt16BE(this.at)
    this.at += 2
    return value
  }

  int32(): number {
    const value = this.bytes.readInt32BE(this.at)
    this.at += 4
    return value
  }

  int64(): number {
    const value = int64At(this.bytes, this.at)
    this.at += 8
    return value
  }

  bigInt64(): bigint {
    const value = this.bytes.readBigInt64BE(this.at)
    this.at += 8
    return value
  }

  /** Text after its length in two bytes. */
  string(): string {
    const length = this.int16()
    const end = this.at + length
    const text = this.bytes.toString('utf8', this.at, end)
    this.at = end
    return text
  }

  /** A signed number in zigzag encoding, exact below 2^52. Behind the end of the bytes it reads zeros. */
  varint(): number {
    const { bytes } = this
    let byte = bytes[this.at++]!
    let value = byte & 0x7f
    for (let shift = 7; byte & 0x80 && shift < 28; shift += 7) {
      byte = bytes[this.at++]!
      value |= (byte & 0x7f) << shift
    }
    if ((byte & 0x80) === 0) return (value >>> 1) ^ -(value & 1)
    for (let factor = 2 ** 28; byte & 0x80; factor *= 128) {
      byte = bytes[this.at++]!
      value += (byte & 0x7f) * factor
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** A number that is never negative, below 2^32. */
  unsignedVarint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at++]!
      value += (byte & 0x7f) * factor
      if ((byte & 0x80) === 0) return value
    }
  }

  /** Bytes after their length as a varint, null where that is negative. */
  varintBytes(): Buffer | null {
    const length = this.varint()
    if (length < 0) return null
    const start = this.at
    this.at += length
    return this.bytes.subarray(start, this.at)
  }
}

/** Eight bytes as a number. */
export function int64At(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 4_294_967_296 + bytes.readUInt32BE(at + 4)
}
