import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startInferenceWorker } from '../../src/onnx/inference-worker.ts'
import { ScoringPool } from '../../src/onnx/scoring-pool.ts'

const TASK = { onnx: new Uint8Array(), columns: 1 }
const CRASHING = new URL('./fixtures/crashing-worker.ts', import.meta.url)
const STILLBORN = new URL('./fixtures/stillborn-worker.ts', import.meta.url)

test('a thread that crashes fails what it was given, and whatever is asked after', async () => {
  const worker = await startInferenceWorker(TASK, CRASHING)
  const answers = [worker.infer(Float32Array.of(1), 1), worker.infer(Float32Array.of(-1), 1)]
  const late = worker.infer(Float32Array.of(2), 1)
  const [first, second, third] = await Promise.allSettled([...answers, late])
  assert.deepStrictEqual(first, { status: 'fulfilled', value: Float32Array.of(0, 0) })
  for (const lost of [second, third]) {
    assert.equal(lost!.status, 'rejected')
    assert.equal((lost as PromiseRejectedResult).reason.code, 'MODEL_UNAVAILABLE')
    assert.equal((lost as PromiseRejectedResult).reason.cause.message, 'crash on purpose')
  }
  await worker.ended
  assert.equal(worker.alive, false)
  await assert.rejects(worker.infer(Float32Array.of(3), 1), { code: 'MODEL_UNAVAILABLE' })
})

test('a thread that ends before it has loaded the model is told as a loss', async () => {
  await assert.rejects(startInferenceWorker(TASK, STILLBORN), { code: 'MODEL_UNAVAILABLE' })
})

test('a pool goes on with a new thread after a crash', async t => {
  const pool = await ScoringPool.open(() => startInferenceWorker(TASK, CRASHING))
  t.after(() => pool.close())
  await assert.rejects(pool.infer(Float32Array.of(-1), 1), { code: 'MODEL_UNAVAILABLE' })
  assert.deepStrictEqual(await pool.infer(Float32Array.of(1), 1), Float32Array.of(0, 0))
})
