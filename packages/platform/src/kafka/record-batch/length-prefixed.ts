import { sizeOfText, writeText } from './text.ts'
import { sizeOfVarint, writeVarint } from './varint.ts'

/** A text is stored as UTF-8. */
export type Bytes = string | Uint8Array

/** The number of bytes of a text or of bytes, or of null, with their length before them. */
export function sizeOfBytes(value: Bytes | null | undefined): number {
  if (value === null || value === undefined) return 1
  const size = typeof value === 'string' ? sizeOfText(value) : value.length
  return sizeOfVarint(size) + size
}

/** Writes a text or bytes, or null, with their length before them. Answers where they end. */
export function writeBytes(bytes: Buffer, start: number, value: Bytes | null | undefined): number {
  if (value === null || value === undefined) return writeVarint(bytes, start, -1)
  if (typeof value === 'string') {
    const size = sizeOfText(value)
    return writeText(bytes, writeVarint(bytes, start, size), value, size)
  }
  const at = writeVarint(bytes, start, value.length)
  bytes.set(value, at)
  return at + value.length
}
