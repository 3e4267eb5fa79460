import type { ModelThread } from '../onnx/model-thread.ts'
import { elementsOf, type ModelSignature, type Tensor } from '../tensor/tensor.ts'
import { emptyRows } from './empty-rows.ts'

/** Sums in another order differ by less. */
const SAME = 1e-4
/** Far from 1, so that a scale taken from all rows together moves by much. */
const FAR = 1_000

/**
 * Whether the answer for a row is the same whatever rows stand beside it. It is not where weights were quantised
 * dynamically, since the scale of the values is then taken from the whole batch. Fails when the model cannot be run.
 */
export async function ignoresNeighbours(thread: ModelThread): Promise<boolean> {
  const near = await thread.run(rowsOf(thread.signature, [1, 1]))
  const far = await thread.run(rowsOf(thread.signature, [1, 1, FAR]))
  return near.outputs.every((output, i) => isSameRow(output, far.outputs[i]!))
}

/** A row for each value, which is that of all its numbers that are no whole numbers; others are 0, texts empty. */
function rowsOf({ inputs }: ModelSignature, values: readonly number[]): readonly Tensor[] {
  return emptyRows({ inputs, outputs: [] }, values.length).map(tensor => {
    const { datatype, shape } = tensor
    if (datatype !== 'FP32' && datatype !== 'FP64') return tensor
    const size = elementsOf(shape.slice(1))
    const data = tensor.data as Float32Array
    for (const [row, value] of values.entries()) data.fill(value, row * size, (row + 1) * size)
    return tensor
  })
}

/** Compares the first rows. */
function isSameRow(a: Tensor, b: Tensor): boolean {
  if (a.datatype !== 'FP32' && a.datatype !== 'FP64') return true
  const [x, y] = [a.data as Float32Array, b.data as Float32Array]
  const size = elementsOf(a.shape.slice(1))
  for (let i = 0; i < size; i++) {
    const difference = Math.abs(x[i]! - y[i]!)
    if (difference > SAME * Math.max(1, Math.abs(x[i]!))) return false
  }
  return true
}
