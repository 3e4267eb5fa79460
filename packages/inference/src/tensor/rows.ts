import { emptyData, type NumericData } from './datatypes.ts'
import { elementsOf, type Tensor } from './tensor.ts'

/** Rows of a tensor: a stretch along its first dimension. */
export interface RowRange {
  readonly tensor: Tensor
  readonly from: number
  readonly rows: number
}

/** A stretch of a tensor's rows. Numbers are a view of the tensor's own memory. */
export function sliceRows({ tensor, from, rows }: RowRange): Tensor {
  const { datatype, shape, data } = tensor
  if (from === 0 && rows === shape[0]) return tensor
  const size = elementsOf(shape.slice(1))
  const [start, end] = [from * size, (from + rows) * size]
  const part = isText(data) ? data.slice(start, end) : data.subarray(start, end)
  return { datatype, shape: [rows, ...shape.slice(1)], data: part }
}

/** The same tensor with memory of its own. */
export function copyOf({ datatype, shape, data }: Tensor): Tensor {
  const copied = emptyData(datatype, data.length)
  copy(data, copied, 0, data.length, 0)
  return { datatype, shape, data: copied }
}

/** Joins rows of tensors, alike but for their rows, into one tensor with memory of its own. */
export function joinRows(ranges: readonly RowRange[]): Tensor {
  const { datatype, shape } = ranges[0]!.tensor
  const rows = ranges.reduce((sum, range) => sum + range.rows, 0)
  const rest = shape.slice(1)
  const size = elementsOf(rest)
  const joined = emptyData(datatype, rows * size)
  let at = 0
  for (const { tensor, from, rows: count } of ranges) {
    copy(tensor.data, joined, from * size, (from + count) * size, at)
    at += count * size
  }
  return { datatype, shape: [rows, ...rest], data: joined }
}

function copy(source: Tensor['data'], target: Tensor['data'], start: number, end: number, at: number): void {
  if (isText(source)) {
    const texts = target as string[]
    for (let i = start; i < end; i++) texts[at + i - start] = source[i]!
    return
  }
  // A view costs more than the copy of a few numbers.
  const isWhole = start === 0 && end === source.length
  ;(target as Float32Array).set((isWhole ? source : source.subarray(start, end)) as Float32Array, at)
}

function isText(data: Tensor['data']): data is readonly string[] {
  return Array.isArray(data)
}

/** Whether the values are numbers, in memory that can be viewed and moved. */
export function isNumeric(data: Tensor['data']): data is NumericData {
  return !isText(data)
}
