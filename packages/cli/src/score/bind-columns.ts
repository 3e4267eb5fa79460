import { MillraceError } from '@millrace/core'
import { emptyData, type ModelSignature, sliceRows, type Tensor, type TensorSpec } from '@millrace/inference'
import { cellReader, type PutCell } from './cell-reader.ts'
import type { InputRows, RejectedRow } from './rows.ts'

/** The tensors of some rows, without those that were rejected. */
export interface BoundRows {
  readonly inputs: readonly Tensor[]
  /** Which rows the tensors hold. */
  readonly kept: readonly number[]
  readonly rejected: readonly RejectedRow[]
}

/** Makes a model's input tensors of rows. */
export interface RowBinding {
  /** The columns that are read. */
  readonly columns: readonly string[]
  /** Throws INPUT_INVALID when the input lacks a column. */
  bind(rows: InputRows, from: number, to: number): BoundRows
}

/** An input of the model, and the columns that its values come from. */
interface InputPlan {
  readonly spec: TensorSpec
  readonly columns: readonly string[]
  /** Values a row. */
  readonly width: number
  readonly shapeOf: (rows: number) => readonly number[]
}

/**
 * Binds columns to what a model takes: `names` are those of its only input, or those of its inputs in their order; else
 * each input is the column of its name. Throws MODEL_INVALID when the model cannot be asked row by row.
 */
export function bindColumns({ inputs }: ModelSignature, names: readonly string[] | undefined): RowBinding {
  const plans = inputs.map((spec, i) => planOf(spec, columnsOf(inputs, i, names)))
  const columns = [...new Set(plans.flatMap(plan => plan.columns))]
  return {
    columns,
    bind: (rows, from, to) => bindRows(plans, rows, from, to),
  }
}

function columnsOf(inputs: readonly TensorSpec[], place: number, names: readonly string[] | undefined) {
  if (names === undefined) return [inputs[place]!.name]
  if (inputs.length === 1) return names
  if (inputs.length === names.length) return [names[place]!]
  throw new MillraceError(
    'MODEL_INVALID',
    `The model has ${inputs.length} inputs, ${names.length} columns are named: name one for each, in the order ${inputs.map(({ name }) => name).join(', ')}.`,
  )
}

function planOf(spec: TensorSpec, columns: readonly string[]): InputPlan {
  const [rows, ...rest] = spec.shape
  const sizes = rest.map(size => (size < 0 && rest.length === 1 ? columns.length : size))
  const width = sizes.reduce((product, size) => product * size, 1)
  if ((rows !== -1 && rows !== 1) || sizes.some(size => size < 0))
    throw unfit(spec, `has the shape [${spec.shape.join(', ')}], of which a row is no part`)
  if (cellReader(spec, false) === undefined) throw unfit(spec, `is of ${spec.datatype}, which no file holds`)
  if (columns.length !== width && columns.length !== 1)
    throw unfit(spec, `takes ${width} values a row, ${columns.length} columns are named`)
  return { spec, columns, width, shapeOf: count => [count, ...sizes] }
}

function unfit({ name }: TensorSpec, fault: string): MillraceError {
  return new MillraceError('MODEL_INVALID', `Rows of a file cannot be scored: the input "${name}" ${fault}.`)
}

function bindRows(plans: readonly InputPlan[], rows: InputRows, from: number, to: number): BoundRows {
  const fills = plans.map(plan => filler(plan, rows, to - from))
  const { kept, rejected } = sortRows(from, to, (row, place) => firstFault(fills, row, place))
  const inputs = fills.map(({ tensor }) => sliceRows({ tensor, from: 0, rows: kept.length }))
  return { inputs, kept, rejected }
}

/** Gives each row its place among those that are kept; `take` answers why it cannot be, if so. */
export function sortRows(
  from: number,
  to: number,
  take: (row: number, place: number) => string | undefined,
): Omit<BoundRows, 'inputs'> {
  const kept: number[] = []
  const rejected: RejectedRow[] = []
  for (let row = from; row < to; row++) {
    const reason = take(row, kept.length)
    if (reason === undefined) kept.push(row)
    else rejected.push({ row, reason })
  }
  return { kept, rejected }
}

interface Filler {
  readonly tensor: Tensor
  /** Puts a row into a place of the tensor; answers why not, if it cannot. */
  readonly fill: (row: number, place: number) => string | undefined
}

function firstFault(fills: readonly Filler[], row: number, place: number): string | undefined {
  for (const { fill } of fills) {
    const fault = fill(row, place)
    if (fault !== undefined) return fault
  }
  return undefined
}

function filler({ spec, columns, width, shapeOf }: InputPlan, rows: InputRows, count: number): Filler {
  const data = emptyData(spec.datatype, count * width)
  const tensor = { datatype: spec.datatype, shape: shapeOf(count), data }
  const put = cellReader(spec, rows.areTexts)!
  const cells = columns.map(name => cellsOf(rows, name))
  if (columns.length !== width) return { tensor, fill: listFiller(put, data, cells[0]!, width, columns[0]!) }
  return {
    tensor,
    fill(row, place) {
      for (let i = 0; i < width; i++) {
        const fault = put(data, place * width + i, cells[i]!(row))
        if (fault !== undefined) return `"${columns[i]}" ${fault}`
      }
      return undefined
    },
  }
}

/** A column whose cells are lists: arrays in NDJSON, and the text of one in CSV. */
function listFiller(
  put: PutCell,
  data: Tensor['data'],
  cellOf: (row: number) => unknown,
  width: number,
  name: string,
): Filler['fill'] {
  return (row, place) => {
    const cell = listOf(cellOf(row))
    if (!Array.isArray(cell) || cell.length !== width) return `"${name}" is no list of ${width} values`
    for (let i = 0; i < width; i++) {
      const fault = put(data, place * width + i, cell[i])
      if (fault !== undefined) return `value ${i + 1} of "${name}" ${fault}`
    }
    return undefined
  }
}

function listOf(cell: unknown): unknown {
  if (typeof cell !== 'string') return cell
  try {
    return JSON.parse(cell)
  } catch {
    return undefined
  }
}

/** The cells of a column. Throws INPUT_INVALID when there is none. */
export function cellsOf(rows: InputRows, name: string): (row: number) => unknown {
  const cells = rows.column(name)
  if (cells !== undefined) return cells
  throw new MillraceError(
    'INPUT_INVALID',
    `The input has no column "${name}" that the model could read: name its columns by --columns.`,
  )
}
