import { MillraceError } from '@millrace/core'
import type { Datatype, TensorData } from './datatypes.ts'
import type { TensorSpec } from './tensor.ts'

/**
 * Puts a list of JSON into its places; answers the index of the first that is no value of the datatype, or −1. Lists and
 * not values, since the loop is the hot part of a request with many rows.
 */
export type FillFromJson = (data: TensorData, at: number, list: readonly unknown[]) => number

interface NumberRange {
  readonly min: number
  readonly max: number
  readonly whole: boolean
}

const MAX_FLOAT32 = 3.4028234663852886e38

/** What JSON can carry of each number: 64-bit ones exactly up to 2^53 − 1, and larger ones are refused unseen. */
const RANGES: Partial<Record<Datatype, NumberRange>> = {
  INT8: signed(8),
  INT16: signed(16),
  INT32: signed(32),
  INT64: signed(64),
  UINT8: unsigned(8),
  UINT16: unsigned(16),
  UINT32: unsigned(32),
  UINT64: unsigned(64),
  FP32: { min: -MAX_FLOAT32, max: MAX_FLOAT32, whole: false },
  FP64: { min: -Number.MAX_VALUE, max: Number.MAX_VALUE, whole: false },
}

function signed(bits: number): NumberRange {
  const max = Math.min(2 ** (bits - 1) - 1, Number.MAX_SAFE_INTEGER)
  return { min: Math.max(-(2 ** (bits - 1)), Number.MIN_SAFE_INTEGER), max, whole: true }
}

function unsigned(bits: number): NumberRange {
  return { min: 0, max: Math.min(2 ** bits - 1, Number.MAX_SAFE_INTEGER), whole: true }
}

/**
 * How values of a datatype that a request names get into an input of the model. Whole numbers become any number that
 * holds them; real ones only real ones. Throws REQUEST_INVALID when the one cannot become the other.
 */
export function fillerFor(given: Datatype, { name, datatype }: TensorSpec): FillFromJson {
  if (datatype === 'BYTES' && given === 'BYTES') return fillTexts
  if (datatype === 'BOOL' && given === 'BOOL') return fillBooleans
  const [from, to] = [RANGES[given], RANGES[datatype]]
  if (from === undefined || to === undefined || (to.whole && !from.whole)) {
    throw new MillraceError(
      'REQUEST_INVALID',
      `Input "${name}" is of ${datatype}: ${mendOf(given, datatype)}.`,
    )
  }
  const range = { min: Math.max(from.min, to.min), max: Math.min(from.max, to.max), whole: from.whole }
  return datatype === 'INT64' || datatype === 'UINT64' ? fillWhole64(range) : fillNumbers(range)
}

function mendOf(given: Datatype, wanted: Datatype): string {
  if (given === 'FP16' || wanted === 'FP16') return 'JSON cannot carry FP16, send it as binary data'
  return `${given} cannot become that`
}

function fillTexts(data: TensorData, at: number, list: readonly unknown[]): number {
  const texts = data as string[]
  for (let i = 0; i < list.length; i++) {
    const value = list[i]
    if (typeof value !== 'string') return i
    texts[at + i] = value
  }
  return -1
}

function fillBooleans(data: TensorData, at: number, list: readonly unknown[]): number {
  const bytes = data as Uint8Array
  for (let i = 0; i < list.length; i++) {
    const value = list[i]
    if (typeof value !== 'boolean' && value !== 0 && value !== 1) return i
    bytes[at + i] = Number(value)
  }
  return -1
}

function fillNumbers({ min, max, whole }: NumberRange): FillFromJson {
  return (data, at, list) => {
    const numbers = data as Float32Array
    for (let i = 0; i < list.length; i++) {
      const value = list[i]
      if (typeof value !== 'number' || !(value >= min && value <= max)) return i
      if (whole && !Number.isInteger(value)) return i
      numbers[at + i] = value
    }
    return -1
  }
}

function fillWhole64({ min, max }: NumberRange): FillFromJson {
  return (data, at, list) => {
    const numbers = data as BigInt64Array
    for (let i = 0; i < list.length; i++) {
      const value = list[i]
      if (typeof value !== 'number' || !(value >= min && value <= max && Number.isInteger(value))) return i
      numbers[at + i] = BigInt(value)
    }
    return -1
  }
}
