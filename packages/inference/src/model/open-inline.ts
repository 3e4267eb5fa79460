import type { InlineRuns } from '../batching/inference-pool.ts'
import type { ModelThread } from '../onnx/model-thread.ts'
import type { ModelFiles } from '../onnx/thread-messages.ts'
import { measurePace } from './measure-pace.ts'

/** The model is in memory twice then, and what ONNX Runtime frees outside of a thread's end it gives back late. */
const MAX_BYTES = 4_000_000
/** Callers stand while the model is loaded beside them (ms of CPU). */
const MAX_LOAD = 10
/** The first, and enough behind it that their mean tells how long one takes. */
const LOADS = 4

/**
 * Loads a model a second time, beside its callers, where that is cheap: a run of a few rows takes less than waking its
 * thread and being woken again. Only what the thread has shown is relied on: that the model loads and runs, and how
 * fast. Undefined for a model that is too large or too slow, and for those that want more than one thread for a run.
 */
export async function openInlineRuns(
  files: ModelFiles,
  thread: ModelThread,
  budget: number,
): Promise<InlineRuns | undefined> {
  if (budget === 0 || !isSmall(files) || thread.loadCpu > MAX_LOAD || hasHalfFloats(thread)) return undefined
  const pace = await measurePace(thread, budget)
  if (pace === undefined) return undefined
  // Whoever opens no model, such as the drift monitor, is spared the memory of ONNX Runtime.
  const { openInline } = await import('../onnx/inline-model.ts')
  return { model: await openInline(files), pace, budget }
}

/** The model as the thread is to load it that finds out how it is best run. */
export function triedFiles(files: ModelFiles): ModelFiles {
  return isSmall(files) ? { ...files, loads: LOADS } : files
}

function isSmall({ onnx, weights = [], runtimeThreads = 1 }: ModelFiles): boolean {
  const bytes = weights.reduce((sum, { data }) => sum + data.byteLength, onnx.byteLength)
  return bytes <= MAX_BYTES && runtimeThreads === 1
}

/** ONNX Runtime reads them only where the whole process has no Float16Array. */
function hasHalfFloats({ signature: { inputs, outputs } }: ModelThread): boolean {
  return [...inputs, ...outputs].some(({ datatype }) => datatype === 'FP16')
}
