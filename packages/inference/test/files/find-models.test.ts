import assert from 'node:assert/strict'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { findModels } from '../../src/files/find-models.ts'
import { modelFolder, put } from './model-files.ts'

async function namesIn(path: string): Promise<readonly string[]> {
  const found = await findModels(path)
  return found.map(({ name, versions }) => `${name} ${versions.map(({ version }) => version).join(',')}`)
}

test('a file is one model, named after it, of version 1', async t => {
  const file = await put(await modelFolder(t), 'churn-2025.onnx', 'x')
  assert.deepStrictEqual(await namesIn(file), ['churn-2025 1'])
  const [model] = await findModels(file)
  assert.equal(model!.versions[0]!.file, file)
})

test('a folder of numbered folders is one model, its newest version first', async t => {
  const folder = await modelFolder(t)
  for (const version of ['2', '10', '9']) await put(folder, `fraud/${version}/model.onnx`, 'x')
  await put(folder, 'fraud/11/manifest.json', '{}')
  assert.deepStrictEqual(await namesIn(join(folder, 'fraud')), ['fraud 10,9,2'])
  assert.deepStrictEqual(await namesIn(join(folder, 'fraud/9')), ['fraud 9'])
  assert.deepStrictEqual(await namesIn(join(folder, 'fraud/9/model.onnx')), ['fraud 9'])
})

test('a folder of files and of folders is as many models, in alphabetical order', async t => {
  const folder = await modelFolder(t)
  await put(folder, 'wear.onnx', 'x')
  await put(folder, 'fraud/1/model.onnx', 'x')
  await put(folder, 'churn/model.onnx', 'x')
  await put(folder, '.cache/1/model.onnx', 'x')
  await put(folder, 'notes/readme.md', 'x')
  await symlink(join(folder, 'fraud'), join(folder, 'alias'))
  assert.deepStrictEqual(await namesIn(folder), ['alias 1', 'churn 1', 'fraud 1', 'wear 1'])
})

test('a folder without a model, a path that is not there, and two models of one name are refused', async t => {
  const folder = await modelFolder(t)
  await put(folder, 'empty/readme.md', 'x')
  await assert.rejects(findModels(join(folder, 'empty')), { code: 'MODEL_INVALID', message: /has no model/ })
  await assert.rejects(findModels(join(folder, 'gone')), { code: 'MODEL_INVALID', message: /cannot be read/ })
  await put(folder, 'twice/a.onnx', 'x')
  await put(folder, 'twice/a/1/model.onnx', 'x')
  await assert.rejects(findModels(join(folder, 'twice')), { code: 'MODEL_INVALID', message: /named "a"/ })
})

test('the stamp of a version changes with its files, and with no others', async t => {
  const folder = await modelFolder(t)
  const file = await put(folder, 'a.onnx', 'one')
  const stampNow = async () => (await findModels(file))[0]!.versions[0]!.stamp
  const first = await stampNow()
  await put(folder, 'b.onnx', 'other')
  await put(folder, 'a.v2.onnx', 'other')
  assert.equal(await stampNow(), first)
  await put(folder, 'a.onnx.data', 'weights')
  const second = await stampNow()
  assert.notEqual(second, first)
  await put(folder, 'a.onnx', 'two')
  assert.notEqual(await stampNow(), second)
})
