import { MillraceError } from '@millrace/core'
import type { ModelRunner } from '../onnx/model-runner.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Batch, type BatchQueue, inputsOf, separated } from './batch-queue.ts'

/**
 * Runs a batch and hands its outputs to those who wait for them; answers how long the model took (ms), or undefined when
 * the run failed and its callers were told.
 */
export async function runBatch(
  runner: ModelRunner,
  batch: Batch,
  queue: BatchQueue,
): Promise<number | undefined> {
  try {
    const result = await runner.run(inputsOf(batch))
    refuseMixed(batch, result.outputs)
    queue.answer(batch, result)
    return result.took
  } catch (error) {
    await settleFailed(runner, batch, error, queue)
    return undefined
  }
}

/** A model that refuses a batch is asked for each caller by itself: one's wrong values are no other's failure. */
async function settleFailed(
  runner: ModelRunner,
  batch: Batch,
  error: unknown,
  queue: BatchQueue,
): Promise<void> {
  const isRefusal = error instanceof MillraceError && error.code === 'MODEL_FAILED'
  if (!isRefusal || batch.slices.length === 1) {
    queue.fail(batch, error)
    return
  }
  for (const single of separated(batch)) await runBatch(runner, single, queue)
}

/** Outputs that are not row for row the batch's cannot be shared out among its callers. */
function refuseMixed({ rows, slices }: Batch, outputs: readonly Tensor[]): void {
  if (slices.length === 1 || outputs.every(({ shape }) => shape[0] === rows)) return
  throw new MillraceError('MODEL_FAILED', 'The model does not answer row for row.')
}
