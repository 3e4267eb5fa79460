import { setImmediate as nextTurn } from 'node:timers/promises'
import { MillraceError } from '@millrace/core'
import type { RunResult } from '../../src/onnx/model-runner.ts'
import type { ModelThread } from '../../src/onnx/model-thread.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

/** A batch that a fake thread was given. */
export interface GivenBatch {
  /** The one value of each row. */
  readonly values: readonly number[]
  /** Answers [−v, v] for each value. */
  answer(): void
  fail(error: unknown): void
}

/** A thread with a model of one column that answers when the test says so. */
export interface FakeThread extends ModelThread {
  readonly given: GivenBatch[]
  /** Ends it as a crash would: what it was given fails. */
  crash(): void
}

/** A column of float values. */
export function column(values: readonly number[]): Tensor {
  return { datatype: 'FP32', shape: [values.length, 1], data: Float32Array.from(values) }
}

export function fakeThread(): FakeThread {
  const given: GivenBatch[] = []
  const open = new Set<PromiseWithResolvers<RunResult>>()
  const ending = Promise.withResolvers<unknown>()
  let alive = true
  return {
    signature: {
      inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 1] }],
      outputs: [{ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] }],
    },
    loadCpu: 0,
    given,
    ended: ending.promise,
    get alive() {
      return alive
    },
    run([input]) {
      const reply = Promise.withResolvers<RunResult>()
      open.add(reply)
      const values = [...(input!.data as Float32Array)]
      const data = Float32Array.from(values.flatMap(value => [-value, value]))
      const output: Tensor = { datatype: 'FP32', shape: [values.length, 2], data }
      given.push({
        values,
        answer: () => reply.resolve({ outputs: [output], took: 1 }),
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

/** Waits until what was asked has gone to the model, unless that is busy: one more turn has brought nothing. */
export async function gathered(): Promise<void> {
  await nextTurn()
  await nextTurn()
}
