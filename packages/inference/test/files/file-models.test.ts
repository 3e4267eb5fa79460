import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { FileModels } from '../../src/files/file-models.ts'
import { findModels } from '../../src/files/find-models.ts'
import type { HostEvent } from '../../src/served/model-host.ts'
import { linearModel, sequenceModel, weightBytes } from '../onnx/onnx-bytes.ts'
import { manifestOf, modelFolder, put } from './model-files.ts'

/** The models of a folder at work, with what happened to them. */
async function filesAt(t: TestContext) {
  const folder = await modelFolder(t)
  const events: string[] = []
  const onEvent = ({ name }: { readonly name: string }, { kind, version }: HostEvent) =>
    events.push(`${name} ${version} ${kind}`)
  const files = new FileModels({ onEvent })
  t.after(() => files.close())
  return { folder, events, files, take: async () => files.take(await findModels(folder)) }
}

/** What a model gives for 1, 2: with weights a, b it is a + 2·b. */
async function scoreBy(files: FileModels, name: string, version?: string): Promise<number> {
  const input = { datatype: 'FP32', shape: [1, 2], data: Float32Array.of(1, 2) } as const
  const [output] = await files.models.find(name, version).infer([input])
  return (output!.data as Float32Array)[1]!
}

test('of each model the newest version that can be used answers', async t => {
  const { folder, files, take } = await filesAt(t)
  await put(folder, 'bare.onnx', linearModel([1, 10]))
  await put(folder, 'many/1/model.onnx', linearModel([1, 1]))
  await put(folder, 'many/2/model.onnx', linearModel([2, 2]))
  await put(folder, 'many/3/model.onnx', sequenceModel(2))
  assert.deepStrictEqual(await take(), [])
  assert.deepStrictEqual(files.models.names(), ['bare', 'many'])
  assert.deepStrictEqual([await scoreBy(files, 'bare'), await scoreBy(files, 'many')], [21, 6])
  const refused = files.models.index().filter(({ state }) => state !== 'READY')
  assert.deepStrictEqual(
    refused.map(({ name, version, state }) => [name, version, state]),
    [['many', '3', 'UNAVAILABLE']],
  )
  assert.match(refused[0]!.reason, /is no tensor/)
})

test('a model that nobody can serve is answered with its reason, and the others serve', async t => {
  const { folder, files, take } = await filesAt(t)
  await put(folder, 'good.onnx', linearModel([1, 10]))
  await put(folder, 'bad.onnx', 'no model')
  const reasons = await take()
  assert.equal(reasons.length, 1)
  assert.deepStrictEqual(files.models.names(), ['good'])
  assert.throws(() => files.models.find('bad'), { code: 'MODEL_UNAVAILABLE' })
})

test('a changed file is taken, and one that cannot be used leaves the former at work', async t => {
  const { folder, files, events, take } = await filesAt(t)
  await put(folder, 'a.onnx', linearModel([1, 10]))
  await take()
  await put(folder, 'a.onnx', linearModel([2, 20]))
  await take()
  assert.equal(await scoreBy(files, 'a'), 42)
  await put(folder, 'a.onnx', 'half a model')
  assert.deepStrictEqual(await take(), [])
  assert.equal(await scoreBy(files, 'a'), 42)
  assert.equal(events.at(-1), 'a 1 refused')
  await put(folder, 'a.onnx', linearModel([3, 30]))
  await take()
  assert.equal(await scoreBy(files, 'a'), 63)
})

test('what has not changed is left alone', async t => {
  const { folder, files, events, take } = await filesAt(t)
  await put(folder, 'a.onnx', linearModel([1, 10]))
  await take()
  const [before, happened] = [files.models.find('a'), events.length]
  await take()
  assert.equal(files.models.find('a').identity, before.identity)
  assert.equal(events.length, happened)
})

test('a new version is taken, a mended one too, and the one before when it is removed', async t => {
  const { folder, files, take } = await filesAt(t)
  await put(folder, 'm/1/model.onnx', linearModel([1, 1]))
  await take()
  await put(folder, 'm/2/model.onnx', 'no model')
  await take()
  assert.equal(files.models.find('m').identity.version, '1')
  await put(folder, 'm/2/model.onnx', linearModel([2, 2]))
  await take()
  assert.equal(files.models.find('m').identity.version, '2')
  await rm(join(folder, 'm/2'), { recursive: true })
  await take()
  assert.equal(files.models.find('m').identity.version, '1')
})

test('models come and go with their files', async t => {
  const { folder, files, take } = await filesAt(t)
  await put(folder, 'a.onnx', linearModel([1, 10]))
  await take()
  await put(folder, 'b.onnx', linearModel([2, 20]))
  await take()
  assert.deepStrictEqual(files.models.names(), ['a', 'b'])
  await rm(join(folder, 'a.onnx'))
  await take()
  assert.deepStrictEqual(files.models.names(), ['b'])
  assert.throws(() => files.models.find('a'), { code: 'NOT_FOUND' })
})

test('weights that lie beside the graph are found there, and must be', async t => {
  const { folder, files, take } = await filesAt(t)
  await put(folder, 'a.onnx', linearModel([0, 0], { weightFile: 'a.onnx.data' }))
  assert.match(String((await take())[0]), /a\.onnx\.data cannot be read/)
  await put(folder, 'a.onnx.data', weightBytes([1, 10]))
  await take()
  assert.equal(await scoreBy(files, 'a'), 21)
  await put(folder, 'a.onnx.data', weightBytes([2, 10]))
  await take()
  assert.equal(await scoreBy(files, 'a'), 22)
})

test('a version with a manifest must be its file, and give the scores of its sample', async t => {
  const { folder, files, take } = await filesAt(t)
  const onnx = linearModel([1, 10])
  await put(folder, 'm/1/model.onnx', onnx)
  await put(folder, 'm/1/manifest.json', manifestOf(onnx, 20))
  assert.match(String((await take())[0]), /gives 21 for row 1/)
  await put(folder, 'm/1/manifest.json', manifestOf(linearModel([1, 11]), 21))
  assert.match(String((await take())[0]), /not the file that its manifest was written for/)
  await put(folder, 'm/1/manifest.json', manifestOf(onnx, 21))
  assert.deepStrictEqual(await take(), [])
  assert.equal(await scoreBy(files, 'm', '1'), 21)
})
