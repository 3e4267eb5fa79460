import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { MillraceError } from '@millrace/core'
import type { InferOptions } from '../../src/batching/batch-queue.ts'
import { InferencePool, type PoolOptions } from '../../src/batching/inference-pool.ts'
import { column, type FakeThread, fakeThread, gathered } from './fake-thread.ts'

/** A pool of fake workers; `workers` are those started so far. */
async function open(options: PoolOptions = {}) {
  const workers: FakeThread[] = []
  const failures: Error[] = []
  const troubles: string[] = []
  const start = async () => {
    const failure = failures.shift()
    if (failure !== undefined) throw failure
    const worker = fakeThread()
    workers.push(worker)
    return worker
  }
  const onTrouble = ({ message }: Error) => void troubles.push(message)
  const pool = await InferencePool.open(start, {
    maxWait: 60_000,
    maxBatch: 4,
    capacity: 8,
    restartDelay: 1,
    onTrouble,
    ...options,
  })
  const ask = async (values: readonly number[], control?: InferOptions) => {
    const [output] = await pool.infer([column(values)], values.length, control)
    return output!.data as Float32Array
  }
  const infer = (...values: number[]) => ask(values)
  return { pool, workers, failures, troubles, infer, ask }
}

/** Waits, turn by turn, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn()
}

const batches = (worker: FakeThread | undefined) => worker!.given.map(batch => batch.values)

test('what comes in one turn shares a batch, and each caller gets its own answers', async () => {
  const { workers, infer } = await open()
  const answers = [infer(1), infer(2, 3)]
  await gathered()
  assert.deepStrictEqual(batches(workers[0]), [[1, 2, 3]])
  workers[0]!.given[0]!.answer()
  assert.deepStrictEqual(await Promise.all(answers), [Float32Array.of(-1, 1), Float32Array.of(-2, 2, -3, 3)])
})

test('what comes turn after turn shares a batch, for a few turns', async () => {
  const { workers, infer } = await open({ maxBatch: 100, capacity: 100 })
  for (let turn = 1; turn <= 5; turn++) {
    void infer(turn)
    await nextTurn()
  }
  assert.deepStrictEqual(batches(workers[0]), [[1, 2, 3, 4]])
})

test('what comes while the worker is busy waits for it, until it fills a batch', async () => {
  const { pool, workers, infer } = await open()
  const answers = [infer(1)]
  await gathered()
  answers.push(infer(2, 3))
  await gathered()
  assert.deepStrictEqual([pool.waiting, pool.inFlight], [2, 3])
  assert.deepStrictEqual(batches(workers[0]), [[1]])
  answers.push(infer(4, 5, 6))
  await gathered()
  assert.deepStrictEqual(batches(workers[0]), [[1], [2, 3, 4, 5]])
  workers[0]!.given[0]!.answer()
  workers[0]!.given[1]!.answer()
  await until(() => workers[0]!.given.length === 3)
  workers[0]!.given[2]!.answer()
  assert.deepStrictEqual(
    (await Promise.all(answers)).flatMap(answer => [...answer]).filter(x => x > 0),
    [1, 2, 3, 4, 5, 6],
  )
  assert.deepStrictEqual(batches(workers[0])[2], [6])
  await gathered()
  assert.equal(pool.inFlight, 0)
})

test('rows beyond the capacity are refused while others wait, and taken again afterwards', async () => {
  const { workers, infer } = await open()
  const waiting = infer(1, 2, 3, 4, 5, 6, 7, 8)
  await assert.rejects(infer(9), { code: 'SCORER_OVERLOADED' })
  await gathered()
  for (const batch of workers[0]!.given) batch.answer()
  assert.equal((await waiting).length, 16)
  const again = infer(10)
  await gathered()
  workers[0]!.given[2]!.answer()
  assert.deepStrictEqual(await again, Float32Array.of(-10, 10))
})

test('a caller with more rows than the capacity is served when none waits', async () => {
  const { workers, infer } = await open({ capacity: 2 })
  const answer = infer(1, 2, 3)
  await gathered()
  workers[0]!.given[0]!.answer()
  assert.deepStrictEqual(await answer, Float32Array.of(-1, 1, -2, 2, -3, 3))
})

test('a batch that fails fails its callers only', async () => {
  const { workers, infer } = await open()
  const first = infer(1)
  await gathered()
  const second = infer(2)
  workers[0]!.given[0]!.fail(new Error('no'))
  await assert.rejects(first, { message: 'no' })
  await until(() => workers[0]!.given.length === 2)
  workers[0]!.given[1]!.answer()
  assert.deepStrictEqual(await second, Float32Array.of(-2, 2))
})

test('rows of a failed caller that still wait are not scored', async () => {
  const { workers, infer } = await open({ capacity: 100 })
  const answers = [infer(1, 2, 3, 4, 5, 6, 7, 8, 9), infer(10)]
  await gathered()
  assert.deepStrictEqual(batches(workers[0]), [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ])
  workers[0]!.given[0]!.fail(new Error('no'))
  workers[0]!.given[1]!.answer()
  await assert.rejects(answers[0]!, { message: 'no' })
  await until(() => workers[0]!.given.length === 3)
  assert.deepStrictEqual(batches(workers[0])[2], [10])
  workers[0]!.given[2]!.answer()
  assert.deepStrictEqual(await answers[1], Float32Array.of(-10, 10))
})

test('several workers share the queue', async () => {
  const { workers, infer } = await open({ threads: 2 })
  void infer(1)
  await gathered()
  void infer(2)
  await gathered()
  assert.deepStrictEqual(workers.map(batches), [[[1]], [[2]]])
})

test('a crash fails what was at work, and what waited is scored by a new worker', async () => {
  const { pool, workers, infer } = await open()
  const atWork = infer(1)
  await gathered()
  const waiting = infer(2)
  workers[0]!.crash()
  assert.equal(pool.ready, false)
  await assert.rejects(atWork, { code: 'MODEL_UNAVAILABLE' })
  await until(() => workers[1]?.given.length === 1)
  assert.equal(pool.ready, true)
  workers[1]!.given[0]!.answer()
  assert.deepStrictEqual(await waiting, Float32Array.of(-2, 2))
  assert.deepStrictEqual(batches(workers[0]), [[1]])
})

test('while the model cannot be loaded again callers are refused, until it can', async () => {
  const { pool, workers, failures, troubles, infer } = await open()
  failures.push(new Error('no memory'), new Error('no memory'))
  const waiting = infer(1)
  workers[0]!.crash()
  await assert.rejects(waiting, { code: 'MODEL_UNAVAILABLE', message: 'The model cannot be loaded again.' })
  await assert.rejects(infer(2), { code: 'MODEL_UNAVAILABLE' })
  await until(() => pool.ready)
  const answer = infer(3)
  await gathered()
  workers[1]!.given[0]!.answer()
  assert.deepStrictEqual(await answer, Float32Array.of(-3, 3))
  assert.deepStrictEqual(troubles, [
    'A thread of the model ended at work.',
    'The model cannot be loaded again.',
    'The model cannot be loaded again.',
  ])
})

test('closing while a worker is being replaced ends the new one too', async () => {
  const { pool, workers } = await open()
  workers[0]!.crash()
  await Promise.resolve()
  await pool.close()
  assert.deepStrictEqual(
    workers.map(worker => worker.alive),
    workers.map(() => false),
  )
})

test('rows that have waited long enough are handed to a busy thread, to be run next', async () => {
  const facts: string[] = []
  const onBatch: PoolOptions['onBatch'] = ({ reason, rows }) => void facts.push(`${reason} ${rows}`)
  const { workers, infer } = await open({ maxWait: 5, onBatch })
  const answers = [infer(1)]
  await gathered()
  answers.push(infer(2), infer(3))
  await until(() => workers[0]!.given.length === 2)
  workers[0]!.given[0]!.answer()
  workers[0]!.given[1]!.answer()
  await Promise.all(answers)
  assert.deepStrictEqual(batches(workers[0]), [[1], [2, 3]])
  assert.deepStrictEqual(facts, ['idle 1', 'timeout 2'])
})

test('rows whose deadline has passed, or whose caller has gone, are not run', async () => {
  const { pool, workers, infer, ask } = await open()
  const first = infer(1)
  await gathered()
  const late = ask([2], { deadline: performance.now() })
  const left = ask([3], { isWanted: () => false })
  const wanted = ask([4], { deadline: performance.now() + 60_000, isWanted: () => true })
  workers[0]!.given[0]!.answer()
  await assert.rejects(late, { code: 'DEADLINE_EXCEEDED' })
  await assert.rejects(left, { code: 'REQUEST_CANCELLED' })
  await until(() => workers[0]!.given.length === 2)
  workers[0]!.given[1]!.answer()
  await Promise.all([first, wanted])
  assert.deepStrictEqual(batches(workers[0]), [[1], [4]])
  const { rows, succeeded, failed, dropped } = pool.statistics
  assert.deepStrictEqual([rows, succeeded.count, failed.count, dropped.count], [2, 2, 0, 2])
})

test('a model that refuses a batch is asked for each caller by itself, so that only the wrong one fails', async () => {
  const { workers, infer } = await open()
  const refusal = new MillraceError('MODEL_FAILED', 'no')
  const answers = [infer(1), infer(2), infer(3)]
  const refused = assert.rejects(answers[1]!, { code: 'MODEL_FAILED' })
  await gathered()
  const { given } = workers[0]!
  given[0]!.fail(refusal)
  for (const [i, wrong] of [false, true, false].entries()) {
    await until(() => given.length === i + 2)
    if (wrong) given[i + 1]!.fail(refusal)
    else given[i + 1]!.answer()
  }
  assert.deepStrictEqual(batches(workers[0]), [[1, 2, 3], [1], [2], [3]])
  assert.deepStrictEqual(await answers[0], Float32Array.of(-1, 1))
  await refused
  assert.deepStrictEqual(await answers[2], Float32Array.of(-3, 3))
})

test('a model whose first dimension is not its rows gets one caller at a time', async () => {
  const { workers, infer } = await open({ joins: false })
  void infer(1, 2)
  void infer(3)
  await gathered()
  assert.deepStrictEqual(batches(workers[0]), [[1, 2]])
  workers[0]!.given[0]!.answer()
  await until(() => workers[0]!.given.length === 2)
  assert.deepStrictEqual(batches(workers[0])[1], [3])
})

test('a model whose first dimension is not its rows gets all that its caller sent', async t => {
  const worker = fakeThread()
  const pool = await InferencePool.open(async () => worker, { joins: false })
  t.after(() => pool.close())
  const given = column([1, 2, 3])
  const answer = pool.infer([given], 1)
  await until(() => worker.given.length === 1)
  assert.deepStrictEqual(worker.given[0]!.values, [1, 2, 3])
  worker.given[0]!.answer()
  assert.deepStrictEqual((await answer)[0]!.shape, [3, 2])
})
