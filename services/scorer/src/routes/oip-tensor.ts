import { MillraceError } from '@millrace/core'
import { JSON_DATATYPES, type JsonDatatype } from './oip-datatypes.ts'

/** The vectors of a request, row after row. */
export interface Vectors {
  readonly rows: number
  readonly values: Float32Array
}

export interface TensorLimits {
  /** How many values a row has. */
  readonly columns: number
  readonly maxRows: number
}

/** The JSON form of a tensor, unchecked. */
export interface JsonTensor {
  readonly shape?: unknown
  readonly datatype?: unknown
  readonly data?: unknown
}

/**
 * Reads a float tensor [rows, columns] from its JSON form; its data may be flat in row-major order, or nested. Throws
 * REQUEST_INVALID when shape, datatype or data are wrong. Messages name the place, never the value.
 */
export function readVectors({ shape, datatype, data }: JsonTensor, limits: TensorLimits): Vectors {
  const rows = rowsOf(shape, limits)
  const type = datatypeOf(datatype)
  if (!Array.isArray(data)) throw invalid('The input has no "data", which must be a list of numbers.')
  const values = new Float32Array(rows * limits.columns)
  for (const [row, cells] of rowsIn(data, rows, limits.columns).entries()) {
    fill(values, row * limits.columns, cells, type)
  }
  return { rows, values }
}

function rowsOf(shape: unknown, { columns, maxRows }: TensorLimits): number {
  if (!Array.isArray(shape) || shape.length !== 2 || shape[1] !== columns) {
    throw invalid(`The shape of the input must be [rows, ${columns}].`)
  }
  const rows: unknown = shape[0]
  if (typeof rows === 'number' && Number.isInteger(rows) && rows >= 1 && rows <= maxRows) return rows
  throw invalid(`The input must have from 1 to ${maxRows} rows.`)
}

function datatypeOf(datatype: unknown): JsonDatatype {
  const type = typeof datatype === 'string' ? JSON_DATATYPES.get(datatype) : undefined
  if (type !== undefined) return type
  throw invalid(
    `The model expects FP32: the datatype must be one of ${[...JSON_DATATYPES.keys()].join(', ')}.`,
  )
}

/** The rows of flat data as one list, those of nested data as they are; checked to be of the announced shape. */
function rowsIn(data: readonly unknown[], rows: number, columns: number): readonly (readonly unknown[])[] {
  const isNested = Array.isArray(data[0])
  const fits = isNested
    ? data.length === rows && data.every(row => Array.isArray(row) && row.length === columns)
    : data.length === rows * columns
  if (!fits) throw invalid('The data of the input do not have its shape.')
  return isNested ? (data as readonly (readonly unknown[])[]) : [data]
}

function fill(values: Float32Array, at: number, cells: readonly unknown[], type: JsonDatatype): void {
  for (let i = 0; i < cells.length; i++) {
    const value = cells[i]
    if (typeof value !== 'number' || !(value >= type.min && value <= type.max)) throw notOfType(at + i)
    if (type.whole && !Number.isInteger(value)) throw notOfType(at + i)
    values[at + i] = value
  }
}

function notOfType(place: number): MillraceError {
  return invalid(`Value ${place + 1} of the input is no number of its datatype.`)
}

function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}
