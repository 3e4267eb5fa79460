import { sizeOfVarint, writeVarint } from './varint.ts'

/** A text is stored as UTF-8. */
export type Bytes = string | Uint8Array

const LENGTH_OF_NULL = -1

/** The number of bytes of a text or of bytes, −1 where there is none. */
export function lengthOf(value: Bytes | null | undefined): number {
  if (value === null || value === undefined) return LENGTH_OF_NULL
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length
}

/** The number of bytes that so many take with their length before them. */
export function sizeOfPrefixed(length: number): number {
  return sizeOfVarint(length) + Math.max(0, length)
}

/** Writes a text or bytes, or null, with their length before them. Answers where they end. */
export function writePrefixed(
  bytes: Buffer,
  start: number,
  value: Bytes | null | undefined,
  length: number,
): number {
  const at = writeVarint(bytes, start, length)
  if (value === null || value === undefined) return at
  if (typeof value === 'string') writeText(bytes, at, value, length)
  else bytes.set(value, at)
  return at + length
}

/**
 * By a call into the engine, however short the text is: a loop over its characters takes several times as long once texts
 * of more than four kinds (as they were read, cut out, looked for in a `Map`) have come by. ASCII need not be encoded.
 */
function writeText(bytes: Buffer, at: number, text: string, length: number): void {
  bytes.write(text, at, length, length === text.length ? 'latin1' : 'utf8')
}
