import type { DecodedArray } from 'hyparquet'

/** Some values of a column as they are written, and the row of the first one. */
export interface Page {
  readonly values: DecodedArray
  readonly at: number
}

const TWO_TO_32 = 2 ** 32
/** Up to so many bytes a text is put together faster by its characters than by a call of the decoder. */
const SHORT = 24
const decoder = new TextDecoder()

/** Numbers as doubles, NaN where missing, divided by `units`. */
export function numberValues(pages: readonly Page[], rows: number, units: number): Float64Array {
  const numbers = new Float64Array(rows)
  for (const { values, at } of pages) {
    if (values instanceof Float64Array) numbers.set(values, at)
    else if (values instanceof BigInt64Array) setBigInts(numbers, values, at)
    else setNumbers(numbers, values, at)
  }
  if (units !== 1) for (let i = 0; i < rows; i++) numbers[i] = Math.floor(numbers[i]! / units)
  return numbers
}

/** Texts, null where missing. */
export function textValues(pages: readonly Page[], rows: number): (string | null)[] {
  return orNull<string>(pages, rows)
}

/** Flags, null where missing. */
export function flagValues(pages: readonly Page[], rows: number): (boolean | null)[] {
  return orNull<boolean>(pages, rows)
}

/** A text from its UTF-8 bytes. */
export function textFromBytes(bytes: Uint8Array): string {
  if (bytes.length > SHORT) return decoder.decode(bytes)
  let text = ''
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte > 127) return decoder.decode(bytes)
    text += String.fromCharCode(byte)
  }
  return text
}

function orNull<T>(pages: readonly Page[], rows: number): (T | null)[] {
  const found = new Array<T | null>(rows)
  for (const { values, at } of pages) {
    const given = values as ArrayLike<T | null | undefined>
    for (let i = 0; i < given.length; i++) found[at + i] = given[i] ?? null
  }
  return found
}

/** By the two halves of each: a bigint for every value would be an object for every value. */
function setBigInts(numbers: Float64Array, values: BigInt64Array, at: number): void {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2)
  for (let i = 0; i < values.length; i++)
    numbers[at + i] = halves[2 * i + 1]! * TWO_TO_32 + (halves[2 * i]! >>> 0)
}

function setNumbers(numbers: Float64Array, values: DecodedArray, at: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    numbers[at + i] = value === null || value === undefined ? Number.NaN : Number(value)
  }
}
