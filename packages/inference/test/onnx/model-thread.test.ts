import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { InferencePool } from '../../src/batching/inference-pool.ts'
import { startModelThread } from '../../src/onnx/model-thread.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

const MODEL = join(import.meta.dirname, '../../../../pipelines/card-fraud/models/card_fraud/1/model.onnx')
const TASK = { onnx: new Uint8Array() }
const CRASHING = new URL('./fixtures/crashing-worker.ts', import.meta.url)
const STILLBORN = new URL('./fixtures/stillborn-worker.ts', import.meta.url)

const tensor = (value: number): Tensor => ({
  datatype: 'FP32',
  shape: [1, 1],
  data: Float32Array.of(value),
})

test('a thread that crashes fails what it was given, and whatever is asked after', async () => {
  const thread = await startModelThread(TASK, CRASHING)
  const answers = [1, -1, 2].map(value => thread.run([tensor(value)]))
  const [first, second, third] = await Promise.allSettled(answers)
  assert.ok(first?.status === 'fulfilled')
  assert.deepStrictEqual(first.value.outputs, [tensor(1)])
  for (const lost of [second, third]) {
    assert.equal(lost!.status, 'rejected')
    assert.equal((lost as PromiseRejectedResult).reason.code, 'MODEL_UNAVAILABLE')
    assert.equal((lost as PromiseRejectedResult).reason.cause.message, 'crash on purpose')
  }
  await thread.ended
  assert.equal(thread.alive, false)
  await assert.rejects(thread.run([tensor(3)]), { code: 'MODEL_UNAVAILABLE' })
})

test('a thread that loads its model several times runs it as if it had loaded it once', async t => {
  const onnx = await readFile(MODEL)
  const [once, often] = await Promise.all([1, 3].map(loads => startModelThread({ onnx, loads })))
  t.after(() => Promise.all([once!.close(), often!.close()]))
  const row = (): Tensor => ({ datatype: 'FP32', shape: [1, 15], data: new Float32Array(15) })
  const [a, b] = await Promise.all([once!.run([row()]), often!.run([row()])])
  assert.deepStrictEqual(a!.outputs, b!.outputs)
})

test('a thread that ends before it has loaded the model is told as a loss', async () => {
  await assert.rejects(startModelThread(TASK, STILLBORN), { code: 'MODEL_UNAVAILABLE' })
})

test('tensors that cannot be sent leave the answers of others in their places', async t => {
  const thread = await startModelThread(TASK, CRASHING)
  t.after(() => thread.close())
  const given = tensor(1)
  const first = thread.run([given])
  assert.throws(() => thread.run([given]), { name: 'DataCloneError' })
  const [one, two] = await Promise.all([first, thread.run([tensor(2)])])
  assert.deepStrictEqual([one.outputs, two.outputs], [[tensor(1)], [tensor(2)]])
})

test('a pool goes on with a new thread after a crash', async t => {
  const pool = await InferencePool.open(() => startModelThread(TASK, CRASHING))
  t.after(() => pool.close())
  await assert.rejects(pool.infer([tensor(-1)], 1), { code: 'MODEL_UNAVAILABLE' })
  assert.deepStrictEqual(await pool.infer([tensor(1)], 1), [tensor(1)])
})
