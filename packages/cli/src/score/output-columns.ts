import { MillraceError } from '@millrace/core'
import type { Datatype, ModelSignature, Tensor, TensorSpec } from '@millrace/inference'
import type { ValueCell, ValueColumn } from '@millrace/platform/offline'

/** A column that a model's output becomes. */
export interface OutputColumn extends ValueColumn {
  /** The cells of the rows of the model's outputs. */
  readonly cellsOf: (outputs: readonly Tensor[], rows: number) => readonly ValueCell[]
}

const TYPES: Partial<Record<Datatype, ValueColumn['type']>> = {
  BOOL: 'flag',
  UINT8: 'int32',
  UINT16: 'int32',
  UINT32: 'int64',
  UINT64: 'text',
  INT8: 'int32',
  INT16: 'int32',
  INT32: 'int32',
  INT64: 'int64',
  FP32: 'float',
  FP64: 'double',
  BYTES: 'text',
}

/**
 * The outputs of a model as columns, by their names: a value a row, or a list where an output has several. Throws
 * MODEL_INVALID for one that no file can hold.
 */
export function outputColumns({ outputs }: ModelSignature): readonly OutputColumn[] {
  return outputs.map(outputColumn)
}

function outputColumn(spec: TensorSpec, place: number): OutputColumn {
  const type = TYPES[spec.datatype]
  if (type === undefined || spec.shape.length === 0)
    throw unfit(spec, `is of ${spec.datatype} with ${spec.shape.length} dimensions, which no file holds`)
  const isList = spec.shape.length > 2 || (spec.shape.length === 2 && spec.shape[1] !== 1)
  return {
    name: spec.name,
    type,
    isList,
    cellsOf(tensors, rows) {
      const { data, shape } = tensors[place]!
      if (shape[0] !== rows) throw unfit(spec, 'has not a value for each row')
      const width = data.length / rows
      const cell = cellReaderOf(spec.datatype, data)
      if (isList) return Array.from({ length: rows }, (_, row) => listOf(cell, row * width, width))
      if (width !== 1) throw unfit(spec, `has ${width} values a row, and is declared with one`)
      return Array.from({ length: rows }, (_, row) => cell(row))
    },
  }
}

type Cell = number | bigint | boolean | string

function cellReaderOf(datatype: Datatype, data: Tensor['data']): (place: number) => Cell {
  const values = data as ArrayLike<Cell>
  if (datatype === 'BOOL') return place => values[place] !== 0
  if (datatype === 'UINT32') return place => BigInt(values[place] as number)
  if (datatype === 'UINT64') return place => String(values[place])
  return place => values[place]!
}

function listOf(cell: (place: number) => Cell, from: number, length: number): readonly Cell[] {
  return Array.from({ length }, (_, i) => cell(from + i))
}

function unfit({ name }: TensorSpec, fault: string): MillraceError {
  return new MillraceError('MODEL_INVALID', `Rows of a file cannot be scored: the output "${name}" ${fault}.`)
}
