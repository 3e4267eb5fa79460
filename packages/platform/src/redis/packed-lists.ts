/** The formats of MessagePack that are used: lists, texts (which are bytes) by what their length takes, and "nothing". */
const SHORT_ARRAY = 0x90
const ARRAY_16 = 0xdc
const ARRAY_32 = 0xdd
const SHORT_STR = 0xa0
const STR_8 = 0xd9
const STR_16 = 0xda
const STR_32 = 0xdb
const FALSE = 0xc2
/** By format, the bytes of the length; a short one has it in the format. */
const LENGTH_BYTES = new Map([
  [STR_8, 1],
  [STR_16, 2],
  [STR_32, 4],
])

const ARRAY_HEADER = 5
const SHORT_HEADER = 2
const LONG_HEADER = 5
const BYTES_PER_CHARACTER = 3

const FIRST_BYTES = 4_096
const GROWTH = 4
/** A list ends where it takes so much: whoever unpacks it has all of it in memory at once. */
const LIST_BYTES = 262_144

/**
 * Texts and values as few arguments for a script, where each of many would cost as much as what it holds: MessagePack
 * lists, which `cmsgpack.unpack` reads.
 */
export class PackedLists {
  readonly #full: Buffer[] = []
  #list = Buffer.allocUnsafe(FIRST_BYTES)
  #at = ARRAY_HEADER
  #items = 0

  /** Appends a text. */
  add(text: string): void {
    this.#reserve(LONG_HEADER + BYTES_PER_CHARACTER * text.length)
    this.#put(text)
  }

  /** Appends a key and, in the same list, its value, of which null becomes false. */
  addPair(key: string, value: Uint8Array | null): void {
    this.#reserve(2 * LONG_HEADER + BYTES_PER_CHARACTER * key.length + (value?.length ?? 0))
    this.#put(key)
    this.#items++
    if (value === null) {
      this.#list[this.#at++] = FALSE
      return
    }
    const start = this.#at + headerFor(value.length)
    this.#list.set(value, start)
    this.#putHeader(start, value.length)
  }

  /** The lists of what was appended, in order. */
  finish(): readonly Buffer[] {
    return [...this.#full, this.#closed()]
  }

  /** The length is known only behind the text, so the header is that of the longest that the text can be. */
  #put(text: string): void {
    this.#items++
    const start = this.#at + headerFor(BYTES_PER_CHARACTER * text.length)
    this.#putHeader(start, this.#list.write(text, start))
  }

  /** Writes the header that ends at `start`, where the bytes of a text begin. */
  #putHeader(start: number, length: number): void {
    if (start - this.#at === SHORT_HEADER) {
      this.#list[this.#at] = STR_8
      this.#list[this.#at + 1] = length
    } else {
      this.#list[this.#at] = STR_32
      this.#list.writeUInt32BE(length, this.#at + 1)
    }
    this.#at = start + length
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#list.length) return
    if (this.#at + bytes > LIST_BYTES && this.#items > 0) {
      this.#full.push(this.#closed())
      this.#list = Buffer.allocUnsafe(LIST_BYTES)
      this.#at = ARRAY_HEADER
      this.#items = 0
    }
    const known = this.#list
    if (this.#at + bytes <= known.length) return
    this.#list = Buffer.allocUnsafe(Math.max(Math.min(GROWTH * known.length, LIST_BYTES), this.#at + bytes))
    known.copy(this.#list, 0, 0, this.#at)
  }

  #closed(): Buffer {
    this.#list[0] = ARRAY_32
    this.#list.writeUInt32BE(this.#items, 1)
    return this.#list.subarray(0, this.#at)
  }
}

/** What the header takes of a text of at most so many bytes. */
function headerFor(most: number): number {
  return most < 256 ? SHORT_HEADER : LONG_HEADER
}

/** Takes a list of texts and false apart that a script answered by `cmsgpack.pack`; what is false is undefined. */
export function unpackList(packed: Buffer): (Buffer | undefined)[] {
  let at = 0
  const read = (bytes: number): number => {
    at += bytes
    return packed.readUIntBE(at - bytes, bytes)
  }
  const first = read(1)
  let count = first - SHORT_ARRAY
  if (first === ARRAY_16) count = read(2)
  if (first === ARRAY_32) count = read(4)
  const values: (Buffer | undefined)[] = []
  while (values.length < count) {
    const format = read(1)
    if (format === FALSE) {
      values.push(undefined)
      continue
    }
    const digits = LENGTH_BYTES.get(format)
    const length = digits === undefined ? format - SHORT_STR : read(digits)
    values.push(packed.subarray(at, at + length))
    at += length
  }
  return values
}
