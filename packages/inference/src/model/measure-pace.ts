import { RunPace, type TimedRun } from '../batching/run-pace.ts'
import type { ModelThread } from '../onnx/model-thread.ts'
import { emptyRows } from './empty-rows.ts'

const SMALL = 1
const LARGE = 64
const RUNS = 10

/**
 * Times a model in its thread on empty rows, unless a single one takes longer than `limit` (ms): then undefined. Fails
 * when the model cannot be run on them.
 */
export async function measurePace(thread: ModelThread, limit: number): Promise<RunPace | undefined> {
  const { took } = await thread.run(emptyRows(thread.signature, SMALL))
  if (took > limit) return undefined
  return new RunPace(await fastest(thread, SMALL), await fastest(thread, LARGE))
}

/** The fastest of a few runs in a row, since others tell of the machine rather than of the model. */
async function fastest(thread: ModelThread, rows: number): Promise<TimedRun> {
  const runs = Array.from({ length: RUNS }, () => thread.run(emptyRows(thread.signature, rows)))
  return { rows, took: Math.min(...(await Promise.all(runs)).map(({ took }) => took)) }
}
