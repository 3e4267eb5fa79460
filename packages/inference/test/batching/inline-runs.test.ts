import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MillraceError } from '@millrace/core'
import { InferencePool } from '../../src/batching/inference-pool.ts'
import { RunPace } from '../../src/batching/run-pace.ts'
import type { InlineModel } from '../../src/onnx/inline-model.ts'
import { column, type FakeThread, fakeThread, gathered } from './fake-thread.ts'

/** A pool whose model took 1 ms for a row, and takes `took`; up to 3 ms are spent beside the callers. */
async function open(took = 1) {
  const [thread, inline] = [fakeThread(), fakeThread()]
  const released: string[] = []
  const model: InlineModel = {
    run: async inputs => ({ ...(await inline.run(inputs)), took }),
    release: async () => void released.push('inline'),
  }
  const pace = new RunPace({ rows: 1, took: 1 }, { rows: 10, took: 10 })
  const pool = await InferencePool.open(async () => thread, {
    maxBatch: 8,
    inline: { model, pace, budget: 3 },
  })
  const infer = async (...values: number[]) => {
    const [output] = await pool.infer([column(values)], values.length)
    return output!.data as Float32Array
  }
  return { pool, thread, inline, released, infer }
}

const batches = ({ given }: FakeThread) => given.map(batch => batch.values)

/** Waits, turn by turn, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn()
}

test('rows within the budget are run beside their callers, others in the thread', async () => {
  const { thread, inline, infer } = await open()
  const few = [infer(1), infer(2, 3)]
  await gathered()
  assert.deepStrictEqual([batches(inline), batches(thread)], [[[1, 2, 3]], []])
  inline.given[0]!.answer()
  assert.deepStrictEqual(await Promise.all(few), [Float32Array.of(-1, 1), Float32Array.of(-2, 2, -3, 3)])
  const many = [infer(4, 5), infer(6, 7)]
  await gathered()
  assert.deepStrictEqual([batches(inline).length, batches(thread)], [1, [[4, 5, 6, 7]]])
  thread.given[0]!.answer()
  assert.deepStrictEqual(await many[1], Float32Array.of(-6, 6, -7, 7))
})

test('few rows pass a large batch that the thread is busy with', async () => {
  const { thread, inline, infer } = await open()
  const large = infer(1, 2, 3, 4, 5)
  await gathered()
  const small = infer(6)
  await gathered()
  inline.given[0]!.answer()
  assert.deepStrictEqual(await small, Float32Array.of(-6, 6))
  thread.given[0]!.answer()
  assert.equal((await large).length, 10)
})

test('what comes during a run shares the next', async () => {
  const { inline, infer } = await open()
  const answers = [infer(1)]
  await gathered()
  answers.push(infer(2))
  await gathered()
  answers.push(infer(3))
  await gathered()
  assert.deepStrictEqual(batches(inline), [[1]])
  inline.given[0]!.answer()
  await until(() => inline.given.length === 2)
  assert.deepStrictEqual(batches(inline), [[1], [2, 3]])
  inline.given[1]!.answer()
  await Promise.all(answers)
})

test('a batch that the model refuses is asked for each caller by itself', async () => {
  const { inline, infer } = await open()
  const answers = Promise.allSettled([infer(1), infer(2)])
  await gathered()
  inline.given[0]!.fail(new MillraceError('MODEL_FAILED', 'no'))
  await until(() => inline.given.length === 2)
  inline.given[1]!.fail(new MillraceError('MODEL_FAILED', 'no'))
  await until(() => inline.given.length === 3)
  inline.given[2]!.answer()
  const [refused, answered] = await answers
  assert.equal(refused.status === 'rejected' && refused.reason.code, 'MODEL_FAILED')
  assert.deepStrictEqual(answered, { status: 'fulfilled', value: Float32Array.of(-2, 2) })
})

test('a model that has become slow goes to its thread', async () => {
  const { thread, inline, infer } = await open(10)
  while (thread.given.length === 0) {
    const answer = infer(1)
    await gathered()
    inline.given.at(-1)?.answer()
    thread.given[0]?.answer()
    await answer
  }
  assert.equal(inline.given.length, 5, '10 - 9 * 0.95 ** 5 is the first above 3')
})

test('a pool that closes answers what runs beside its callers, and then releases it', async () => {
  const { pool, inline, released, infer } = await open()
  const answer = infer(1)
  await gathered()
  const closed = pool.close()
  await gathered()
  assert.deepStrictEqual(released, [])
  inline.given[0]!.answer()
  await closed
  assert.deepStrictEqual([await answer, released], [Float32Array.of(-1, 1), ['inline']])
})

test('what waits behind a run beside its callers is answered when the pool closes', async () => {
  const { pool, thread, inline, released, infer } = await open()
  const answers = [infer(1)]
  await gathered()
  answers.push(infer(2, 3))
  await gathered()
  const closed = pool.close()
  inline.given[0]!.answer()
  await until(() => inline.given.length === 2)
  assert.deepStrictEqual([released, thread.alive], [[], true])
  inline.given[1]!.answer()
  await closed
  assert.deepStrictEqual(await Promise.all(answers), [Float32Array.of(-1, 1), Float32Array.of(-2, 2, -3, 3)])
  assert.deepStrictEqual(released, ['inline'])
})

test('a turn in which every caller has gone stops nobody who comes later', async () => {
  const { pool, inline, infer } = await open()
  const gone = pool.infer([column([1])], 1, { isWanted: () => false })
  await assert.rejects(gone, { code: 'REQUEST_CANCELLED' })
  const answer = infer(2)
  await gathered()
  inline.given[0]!.answer()
  assert.deepStrictEqual(await answer, Float32Array.of(-2, 2))
})
