import { MillraceError } from '@millrace/core'

/** Bytes before a message: whether it is compressed, and its length. */
export const PREFIX_BYTES = 5

/** A message as it came over the wire. */
export interface Frame {
  readonly compressed: boolean
  readonly bytes: Buffer
}

/** Writes the prefix of a message that is not compressed into the bytes that were left free before it. */
export function framed(bytes: Buffer): Buffer {
  bytes[0] = 0
  bytes.writeUInt32BE(bytes.length - PREFIX_BYTES, 1)
  return bytes
}

/** Takes messages out of the chunks in which they come. */
export class FrameReader {
  readonly #maxBytes: number
  #chunks: Buffer[] = []
  #length = 0

  /** @param maxBytes the largest message */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes that came and were not yet taken. */
  get length(): number {
    return this.#length
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  /** The next message; undefined until it is whole. Throws REQUEST_TOO_LARGE as soon as its length is known. */
  take(): Frame | undefined {
    if (this.#length < PREFIX_BYTES) return undefined
    if (this.#chunks[0]!.length < PREFIX_BYTES) this.#join()
    const flag = this.#chunks[0]![0]!
    const size = this.#chunks[0]!.readUInt32BE(1)
    if (flag > 1) throw new MillraceError('REQUEST_INVALID', 'The message has no gRPC prefix before it.')
    if (size > this.#maxBytes) throw tooLarge(this.#maxBytes)
    if (this.#length < PREFIX_BYTES + size) return undefined
    const chunk = this.#join()
    this.#keep(chunk.subarray(PREFIX_BYTES + size))
    return { compressed: flag === 1, bytes: chunk.subarray(PREFIX_BYTES, PREFIX_BYTES + size) }
  }

  #join(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest]
    this.#length = rest.length
  }
}

export function tooLarge(maxBytes: number): MillraceError {
  return new MillraceError('REQUEST_TOO_LARGE', `The message is larger than ${maxBytes} bytes.`)
}
