/** The formats of MessagePack that are used: a list, texts by the bytes that their length takes, and "nothing". */
const ARRAY_32 = 0xdd
const STR_8 = 0xd9
const STR_32 = 0xdb
const FALSE = 0xc2

const SHORT_HEADER_BYTES = 2
const HEADER_BYTES = 5
const BYTES_PER_CHARACTER = 3

/**
 * Keys and values as one argument for a script, where each of many would cost as much as what it holds: a MessagePack
 * list of key, value, key, value and so on, which `cmsgpack.unpack` reads; null becomes false.
 */
export function packPairs(keys: readonly string[], values: readonly (Uint8Array | null)[]): Buffer {
  const packed = Buffer.allocUnsafe(roomFor(keys, values))
  packed[0] = ARRAY_32
  let at = packed.writeUInt32BE(2 * keys.length, 1)
  for (let i = 0; i < keys.length; i++) {
    at = packText(packed, at, keys[i]!)
    const value = values[i]!
    if (value === null) packed[at++] = FALSE
    else at = packBytes(packed, at, value)
  }
  return packed.subarray(0, at)
}

function roomFor(keys: readonly string[], values: readonly (Uint8Array | null)[]): number {
  let room = HEADER_BYTES
  for (let i = 0; i < keys.length; i++)
    room += 2 * HEADER_BYTES + BYTES_PER_CHARACTER * keys[i]!.length + (values[i]?.length ?? 0)
  return room
}

/** The length is known only behind the text, so the header is that of the longest that the text can be. */
function packText(packed: Buffer, at: number, text: string): number {
  const start = at + headerOf(text.length * BYTES_PER_CHARACTER)
  const length = packed.write(text, start)
  packHeader(packed, at, start, length)
  return start + length
}

function packBytes(packed: Buffer, at: number, bytes: Uint8Array): number {
  const start = at + headerOf(bytes.length)
  packed.set(bytes, start)
  packHeader(packed, at, start, bytes.length)
  return start + bytes.length
}

/** What the header takes of a text of at most so many bytes. */
function headerOf(most: number): number {
  return most < 256 ? SHORT_HEADER_BYTES : HEADER_BYTES
}

/** Writes the header that ends at `start`. */
function packHeader(packed: Buffer, at: number, start: number, length: number): void {
  if (start - at === SHORT_HEADER_BYTES) {
    packed[at] = STR_8
    packed[at + 1] = length
  } else {
    packed[at] = STR_32
    packed.writeUInt32BE(length, at + 1)
  }
}
