import type { DecodedArray } from 'hyparquet'

const TWO_TO_32 = 2 ** 32
/** Up to so many bytes a text is put together faster by its characters than by a call of the decoder. */
const SHORT = 24
const decoder = new TextDecoder()

/** Numbers as doubles, NaN where missing, divided by `units`. */
export function numberValues(values: DecodedArray, units: number): Float64Array {
  const numbers = values instanceof BigInt64Array ? fromBigInts(values) : fromAny(values)
  if (units !== 1) for (let i = 0; i < numbers.length; i++) numbers[i] = Math.floor(numbers[i]! / units)
  return numbers
}

/** Texts, null where missing. */
export function textValues(values: DecodedArray): (string | null)[] {
  const texts = values as (string | null | undefined)[]
  for (let i = 0; i < texts.length; i++) if (texts[i] === undefined) texts[i] = null
  return texts as (string | null)[]
}

/** Flags, null where missing. */
export function flagValues(values: DecodedArray): (boolean | null)[] {
  return Array.from(values as ArrayLike<boolean | null | undefined>, value => value ?? null)
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

/** By the two halves of each: a bigint for every value would be an object for every value. */
function fromBigInts(values: BigInt64Array): Float64Array {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2)
  const numbers = new Float64Array(values.length)
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = halves[2 * i + 1]! * TWO_TO_32 + (halves[2 * i]! >>> 0)
  }
  return numbers
}

function fromAny(values: DecodedArray): Float64Array {
  if (values instanceof Float64Array) return values
  const numbers = new Float64Array(values.length)
  for (let i = 0; i < numbers.length; i++) {
    const value = values[i]
    numbers[i] = value === null || value === undefined ? Number.NaN : Number(value)
  }
  return numbers
}
