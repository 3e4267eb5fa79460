/** The number of bytes of a zigzag varint. For whole numbers from −2^30 to 2^30 − 1. */
export function sizeOfVarint(value: number): number {
  const zigzag = (value << 1) ^ (value >> 31)
  return 1 + Math.trunc((31 - Math.clz32(zigzag | 1)) / 7)
}

/** Writes a zigzag varint of the same range. Answers where it ends. */
export function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let rest = (value << 1) ^ (value >> 31)
  let at = start
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80
  bytes[at++] = rest
  return at
}

/** The number of bytes of a zigzag varint. For whole numbers from −2^52 to 2^52 − 1. */
export function sizeOfVarlong(value: number): number {
  let size = 1
  for (let rest = zigzagLong(value); rest > 0x7f; rest = Math.floor(rest / 0x80)) size++
  return size
}

/** Writes a zigzag varint of that larger range. Answers where it ends. */
export function writeVarlong(bytes: Uint8Array, start: number, value: number): number {
  let rest = zigzagLong(value)
  let at = start
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80
  bytes[at++] = rest
  return at
}

function zigzagLong(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}
