import type { InferOptions } from '../batching/batch-queue.ts'
import { InferencePool, type PoolOptions } from '../batching/inference-pool.ts'
import type { InferenceStatistics } from '../batching/statistics.ts'
import { type ModelThread, startModelThread } from '../onnx/model-thread.ts'
import type { ModelFiles } from '../onnx/thread-messages.ts'
import type { ModelSignature, Tensor } from '../tensor/tensor.ts'
import { openInlineRuns, triedFiles } from './open-inline.ts'
import { probe } from './probe.ts'

/** A model in memory that answers callers of all kinds, stream and requests, from one queue. */
export interface LoadedModel {
  readonly signature: ModelSignature
  /** Whether rows of several callers are run together. */
  readonly joins: boolean
  /** Whether the model is there to answer. */
  readonly ready: boolean
  /** How many rows wait. */
  readonly waiting: number
  /** How many rows wait or are at work. */
  readonly inFlight: number
  /** What was done since the model was loaded. */
  readonly statistics: InferenceStatistics
  /** Whether so many rows more would be taken now. */
  hasRoomFor(rows: number): boolean
  /** As `InferencePool.infer`. */
  infer(inputs: readonly Tensor[], rows: number, options?: InferOptions): Promise<readonly Tensor[]>
  /** Answers what waits, and ends the threads. */
  close(): Promise<void>
}

export interface OpenModelOptions
  extends Omit<PoolOptions, 'joins' | 'inline'>,
    Pick<ModelFiles, 'runtimeThreads'> {
  /** Up to which expected time (ms) rows are run where they are asked for, not in a thread. Default 2; 0 is never. */
  readonly inlineBudget?: number
}

/** Loads a model into its threads and runs it once. Throws MODEL_INVALID when it cannot be used. */
export async function openModel(
  files: Pick<ModelFiles, 'onnx' | 'weights'>,
  { runtimeThreads = 1, inlineBudget = 2, ...options }: OpenModelOptions = {},
): Promise<LoadedModel> {
  const model = { ...files, runtimeThreads }
  const start = () => startModelThread(model)
  const first = await startModelThread(triedFiles(model))
  const { joins, inline } = await tryOut(first, model, inlineBudget)
  const threads = [first]
  const pool = await InferencePool.open(async () => threads.pop() ?? start(), {
    ...options,
    joins,
    ...(inline && { inline }),
  })
  return {
    signature: pool.signature,
    joins,
    get ready() {
      return pool.ready
    },
    get waiting() {
      return pool.waiting
    },
    get inFlight() {
      return pool.inFlight
    },
    get statistics() {
      return pool.statistics
    },
    hasRoomFor: rows => pool.hasRoomFor(rows),
    infer: (inputs, rows, control) => pool.infer(inputs, rows, control),
    close: () => pool.close(),
  }
}

/** Finds out how a model is best run. Ends its thread when that fails. */
async function tryOut(thread: ModelThread, files: ModelFiles, inlineBudget: number) {
  try {
    const { joins } = await probe(thread)
    return { joins, inline: joins ? await openInlineRuns(files, thread, inlineBudget) : undefined }
  } catch (error) {
    await thread.close()
    throw error
  }
}
