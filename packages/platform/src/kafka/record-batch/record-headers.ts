import { type Bytes, lengthOf, sizeOfPrefixed, writePrefixed } from './length-prefixed.ts'
import { sizeOfVarint, writeVarint } from './varint.ts'

/** Headers of a record by their names. A list is several headers of one name; null is a header without a value. */
export type RecordHeaders = Readonly<Record<string, HeaderValue | readonly HeaderValue[] | undefined>>

type HeaderValue = Bytes | null

/** The number of bytes of a record's headers with their count. */
export function sizeOfHeaders(headers: RecordHeaders | undefined): number {
  if (headers === undefined) return 1
  let count = 0
  let size = 0
  for (const [name, values] of namedValues(headers)) {
    count += values.length
    for (const value of values) size += sizeOf(name) + sizeOf(value)
  }
  return sizeOfVarint(count) + size
}

/** Writes a record's headers with their count. Answers where they end. */
export function writeHeaders(bytes: Buffer, start: number, headers: RecordHeaders | undefined): number {
  if (headers === undefined) return writeVarint(bytes, start, 0)
  const named = namedValues(headers)
  const count = named.reduce((sum, [, values]) => sum + values.length, 0)
  let at = writeVarint(bytes, start, count)
  for (const [name, values] of named) {
    for (const value of values) at = write(bytes, write(bytes, at, name), value)
  }
  return at
}

function namedValues(headers: RecordHeaders): readonly (readonly [string, readonly HeaderValue[]])[] {
  return Object.entries(headers).map(([name, value]) => [name, listOf(value)])
}

function listOf(value: RecordHeaders[string]): readonly HeaderValue[] {
  if (value === undefined) return []
  return value === null || typeof value === 'string' || value instanceof Uint8Array ? [value] : value
}

function sizeOf(value: HeaderValue): number {
  return sizeOfPrefixed(lengthOf(value))
}

function write(bytes: Buffer, start: number, value: HeaderValue): number {
  return writePrefixed(bytes, start, value, lengthOf(value))
}
