import type { Datatype, TensorData, TensorSpec } from '@millrace/inference'

/** Puts a cell into its place of a tensor; answers why not, if it cannot. */
export type PutCell = (data: TensorData, place: number, cell: unknown) => string | undefined

interface Bounds {
  readonly min: bigint
  readonly max: bigint
}

const MAX_FLOAT32 = 3.4028234663852886e38

const WHOLE: Partial<Record<Datatype, Bounds>> = {
  INT8: signed(8n),
  INT16: signed(16n),
  INT32: signed(32n),
  INT64: signed(64n),
  UINT8: unsigned(8n),
  UINT16: unsigned(16n),
  UINT32: unsigned(32n),
  UINT64: unsigned(64n),
}

function signed(bits: bigint): Bounds {
  return { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n }
}

function unsigned(bits: bigint): Bounds {
  return { min: 0n, max: 2n ** bits - 1n }
}

/**
 * How the cells of a column get into an input of a model. Numbers that are missing are NaN where the type has one; what
 * is missing elsewhere, is no value of the type, or does not fit it is refused, as it is online. With `areTexts` numbers
 * and flags are read from texts, and an empty one is missing. Undefined for a type that no file can have.
 */
export function cellReader({ datatype }: TensorSpec, areTexts: boolean): PutCell | undefined {
  const bounds = WHOLE[datatype]
  if (bounds !== undefined) return putWhole(datatype, bounds, areTexts)
  switch (datatype) {
    case 'FP32':
      return putReal(MAX_FLOAT32, areTexts)
    case 'FP64':
      return putReal(Number.MAX_VALUE, areTexts)
    case 'BOOL':
      return putFlag(areTexts)
    case 'BYTES':
      return putText
    default:
      return undefined
  }
}

const isMissing = (cell: unknown): boolean =>
  cell === null || cell === undefined || (typeof cell === 'number' && Number.isNaN(cell))

function putReal(max: number, areTexts: boolean): PutCell {
  return (data, place, cell) => {
    const value = areTexts ? numberOf(cell) : cell
    const numbers = data as Float64Array
    if (isMissing(value)) numbers[place] = Number.NaN
    else if (typeof value === 'number' && value >= -max && value <= max) numbers[place] = value
    else return typeof value === 'number' ? 'is out of range' : 'is no number'
    return undefined
  }
}

function numberOf(cell: unknown): unknown {
  if (typeof cell !== 'string') return cell
  const text = cell.trim()
  if (text === '' || /^nan$/i.test(text)) return null
  const number = Number(text)
  return Number.isNaN(number) ? cell : number
}

function putWhole(datatype: Datatype, { min, max }: Bounds, areTexts: boolean): PutCell {
  const isLong = datatype === 'INT64' || datatype === 'UINT64'
  return (data, place, cell) => {
    const value = areTexts ? wholeOf(cell) : cell
    if (isMissing(value)) return 'is missing'
    const isWhole = typeof value === 'bigint' || Number.isSafeInteger(value)
    if (!isWhole) return 'is no whole number'
    const whole = BigInt(value as number)
    if (whole < min || whole > max) return 'is out of range'
    if (isLong) (data as BigInt64Array)[place] = whole
    else (data as Int32Array)[place] = Number(whole)
    return undefined
  }
}

/** Whole numbers of 64 bits are read from their digits. */
function wholeOf(cell: unknown): unknown {
  if (typeof cell !== 'string') return cell
  const text = cell.trim()
  return /^-?\d{1,20}$/.test(text) ? BigInt(text) : numberOf(text)
}

function putFlag(areTexts: boolean): PutCell {
  return (data, place, cell) => {
    const value = areTexts ? flagOf(cell) : cell
    if (isMissing(value)) return 'is missing'
    if (typeof value !== 'boolean' && value !== 0 && value !== 1) return 'is no flag'
    ;(data as Uint8Array)[place] = Number(value)
    return undefined
  }
}

function flagOf(cell: unknown): unknown {
  if (typeof cell !== 'string') return cell
  const text = cell.trim().toLowerCase()
  return { '': null, true: true, false: false, '1': true, '0': false }[text] ?? (text === '' ? null : cell)
}

const putText: PutCell = (data, place, cell) => {
  if (isMissing(cell)) return 'is missing'
  if (typeof cell !== 'string') return 'is no text'
  ;(data as string[])[place] = cell
  return undefined
}
