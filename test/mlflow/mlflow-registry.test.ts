import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { CANARY } from '@millrace/core'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { AliasMemory } from '../../packages/inference/src/registry/mlflow/alias-memory.ts'
import { MlflowClient } from '../../packages/inference/src/registry/mlflow/mlflow-client.ts'
import { MlflowRegistry, SHARE_TAG } from '../../packages/inference/src/registry/mlflow/mlflow-registry.ts'
import { VersionCache } from '../../packages/inference/src/registry/mlflow/version-cache.ts'
import { externalModel } from '../../packages/inference/test/registry/external-model.ts'
import { testModelRegistry } from '../../packages/inference/test/registry/model-registry-contract.ts'
import { MlflowServer } from './mlflow-server.ts'

const server = await MlflowServer.start()
after(() => server[Symbol.asyncDispose]())

async function open(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-mlflow-cache-'))
  t.after(() => rm(folder, { recursive: true }))
  const client = new MlflowClient({ url: server.url })
  const registry = new MlflowRegistry({
    client,
    cache: new VersionCache(folder),
    memory: new AliasMemory(folder),
  })
  return { registry, folder }
}

async function newModel(): Promise<string> {
  const model = `it's a model ${randomUUID()}`
  await server.createModel(model)
  return model
}

testModelRegistry('MLflow', async t => {
  const model = await newModel()
  const { registry } = await open(t)
  return { registry, model, publish: files => server.publish(model, files) }
})

test('a model that mlflow.onnx.log_model logged is read with its weights and extra files', async t => {
  const { registry, folder } = await open(t)
  const extra = join(folder, 'manifest.json')
  await writeFile(extra, '{"extra":true}')
  const model = `logged-${randomUUID()}`
  assert.equal(await server.runPython('log-model.py', model, extra), '1')
  const { onnx, weights, documents } = await registry.read(model, '1')
  assert.deepStrictEqual([...documents], [['manifest.json', '{"extra":true}']])
  assert.equal(weights.length, 1)
  assert.equal(await registry.readDocument(model, '1', 'manifest.json'), '{"extra":true}')
  assert.equal(await registry.readDocument(model, '1', 'reference.json'), undefined)
  const session = await InferenceSession.create(onnx, { externalData: weights })
  const vector = new Tensor('float32', new Float32Array(400).fill(2), [1, 400])
  const { probabilities } = await session.run({ features: vector })
  assert.deepStrictEqual([...(probabilities!.data as Float32Array)], [-799, 800])
  await session.release()
})

test('a version is downloaded once, and again when what was kept is damaged', async t => {
  const { registry, folder } = await open(t)
  const model = await newModel()
  await server.publish(model, { 'model.onnx': externalModel('w'), w: 'weights' })
  await registry.read(model, '1')
  const [digest, ...others] = await readdir(join(folder, 'versions'))
  assert.deepStrictEqual(others, [])
  await writeFile(join(folder, 'versions', digest!, 'w'), 'WEIGHTS')
  const { weights } = await registry.read(model, '1')
  assert.equal(Buffer.from(weights[0]!.data).toString(), 'weights')
  assert.deepStrictEqual(await readdir(join(folder, 'versions')), [digest])
})

test('an operator changes the share of the canary by a tag of the version', async t => {
  const { registry } = await open(t)
  const model = await newModel()
  await server.publish(model, { 'model.onnx': externalModel() })
  await server.call('POST', 'registered-models/alias', { name: model, alias: CANARY, version: '1' })
  const tag = { name: model, version: '1', key: SHARE_TAG }
  await server.call('POST', 'model-versions/set-tag', { ...tag, value: '0.25' })
  assert.deepStrictEqual((await registry.aliases(model)).get(CANARY), { version: '1', share: 0.25 })
  await server.call('POST', 'model-versions/set-tag', { ...tag, value: 'a lot' })
  assert.deepStrictEqual((await registry.aliases(model)).get(CANARY), {
    version: '1',
    share: 0,
    fault: 'the tag millrace.canary_share must be from 0 to 1, not "a lot"',
  })
})

test('a version that is no ONNX model is refused with words', async t => {
  const { registry } = await open(t)
  const model = await newModel()
  await server.publish(model, { MLmodel: 'flavors:\n  sklearn:\n    pickled_model: model.pkl\n' })
  await assert.rejects(registry.read(model, '1'), {
    code: 'MODEL_INVALID',
    message: /is no ONNX model: its MLmodel has no flavor "onnx"\. Log it by mlflow\.onnx\.log_model\.$/,
  })
})
