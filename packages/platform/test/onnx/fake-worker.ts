import { MillraceError } from '@millrace/core'
import type { InferenceWorker } from '../../src/onnx/inference-worker.ts'

/** A batch that a fake worker was given. */
export interface GivenBatch {
  /** The one value of each row. */
  readonly values: readonly number[]
  /** Answers [−v, v] for each value. */
  answer(): void
  fail(error: unknown): void
}

/** A worker of one column that answers when the test says so. */
export interface FakeWorker extends InferenceWorker {
  readonly given: GivenBatch[]
  /** Ends it as a crash would: what it was given fails. */
  crash(): void
}

export function fakeWorker(): FakeWorker {
  const given: GivenBatch[] = []
  const open = new Set<PromiseWithResolvers<Float32Array>>()
  const ending = Promise.withResolvers<unknown>()
  let alive = true
  return {
    signature: { input: 'features', columns: 1 },
    given,
    ended: ending.promise,
    get alive() {
      return alive
    },
    infer(vectors) {
      const reply = Promise.withResolvers<Float32Array>()
      open.add(reply)
      const values = [...vectors]
      given.push({
        values,
        answer: () => reply.resolve(Float32Array.from(values.flatMap(value => [-value, value]))),
        fail: reply.reject,
      })
      return reply.promise.finally(() => open.delete(reply))
    },
    async close() {
      await Promise.allSettled([...open].map(reply => reply.promise))
      alive = false
      ending.resolve(undefined)
    },
    crash() {
      alive = false
      for (const reply of open)
        reply.reject(new MillraceError('MODEL_UNAVAILABLE', 'The model ended at work.'))
      ending.resolve(undefined)
    },
  }
}
