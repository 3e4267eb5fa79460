import type { ModelThread } from '../onnx/model-thread.ts'
import { emptyData } from '../tensor/datatypes.ts'
import { elementsOf, type ModelSignature, type Tensor } from '../tensor/tensor.ts'

/** What running a model once tells of it. */
export interface Probe {
  /** Whether the first dimension of every input and output is its rows, so that rows of several callers may be joined. */
  readonly joins: boolean
}

const FEW_ROWS = 3

/**
 * Runs a model on a few empty rows, which also warms it up: exporters declare the shapes of outputs wrongly at times,
 * so what comes out decides. A model that cannot be run on empty values is taken for one that does not join rows.
 */
export async function probe(thread: ModelThread): Promise<Probe> {
  const { inputs } = thread.signature
  const isFree = inputs.every(({ shape }) => shape.length > 0 && shape[0] === -1)
  if (!isFree) return { joins: false }
  try {
    const { outputs } = await thread.run(emptyRows(thread.signature, FEW_ROWS))
    return { joins: outputs.every(({ shape }) => shape[0] === FEW_ROWS) }
  } catch {
    return { joins: false }
  }
}

/** Zeros and empty texts for every input; free dimensions behind the rows are 1. */
export function emptyRows({ inputs }: ModelSignature, rows: number): readonly Tensor[] {
  return inputs.map(({ datatype, shape }) => {
    const sizes = shape.map((size, i) => (i === 0 && size < 0 ? rows : Math.abs(size)))
    return { datatype, shape: sizes, data: emptyData(datatype, elementsOf(sizes)) }
  })
}
