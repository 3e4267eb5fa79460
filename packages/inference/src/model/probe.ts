import type { ModelThread } from '../onnx/model-thread.ts'
import { emptyRows } from './empty-rows.ts'
import { ignoresNeighbours } from './neighbours.ts'

/** What running a model once tells of it. */
export interface Probe {
  /** Whether the first dimension of every input and output is its rows, and none changes the answer for another. */
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
    const answersRows = outputs.every(({ shape }) => shape[0] === FEW_ROWS)
    return { joins: answersRows && (await ignoresNeighbours(thread)) }
  } catch {
    return { joins: false }
  }
}
