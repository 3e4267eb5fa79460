/** Values of a datatype that can be written in JSON. */
export interface JsonDatatype {
  readonly min: number
  readonly max: number
  readonly whole: boolean
}

const MAX_FLOAT32 = 3.4028234663852886e38
const real: JsonDatatype = { min: -MAX_FLOAT32, max: MAX_FLOAT32, whole: false }

function signed(bits: number): JsonDatatype {
  const max = Math.min(2 ** (bits - 1) - 1, Number.MAX_SAFE_INTEGER)
  return { min: Math.max(-(2 ** (bits - 1)), Number.MIN_SAFE_INTEGER), max, whole: true }
}

function unsigned(bits: number): JsonDatatype {
  return { min: 0, max: Math.min(2 ** bits - 1, Number.MAX_SAFE_INTEGER), whole: true }
}

/**
 * The datatypes that a float32 input takes from JSON: its own, doubles in its range, and integers, which are widened.
 * JSON numbers hold 64-bit integers exactly up to 2^53 − 1; larger ones are refused rather than rounded unseen.
 */
export const JSON_DATATYPES: ReadonlyMap<string, JsonDatatype> = new Map([
  ['FP32', real],
  ['FP64', real],
  ['INT8', signed(8)],
  ['INT16', signed(16)],
  ['INT32', signed(32)],
  ['INT64', signed(64)],
  ['UINT8', unsigned(8)],
  ['UINT16', unsigned(16)],
  ['UINT32', unsigned(32)],
  ['UINT64', unsigned(64)],
])
