import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { FolderRegistry } from '../../src/registry/folder/folder-registry.ts'
import { externalModel } from './external-model.ts'
import { testModelRegistry } from './model-registry-contract.ts'

const FILES = { 'model.onnx': externalModel(), 'manifest.json': '{}' }

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-registry-'))
  t.after(() => rm(folder, { recursive: true }))
  return folder
}

async function openFolder(t: TestContext, versions = 0) {
  const folder = await emptyFolder(t)
  const registry = new FolderRegistry({ folderOf: model => join(folder, model), now: () => 1_000 })
  for (let i = 1; i <= versions; i++) await registry.publish('fraud', String(i), FILES)
  return { folder: join(folder, 'fraud'), registry }
}

testModelRegistry('folder', async t => {
  const folder = await emptyFolder(t)
  const registry = new FolderRegistry({ folderOf: model => join(folder, model) })
  let version = 0
  return {
    registry,
    model: 'fraud',
    async publish(files) {
      await registry.publish('fraud', String(++version), files)
      return String(version)
    },
  }
})

test('the newest version is the champion as long as nobody chose one', async t => {
  const { registry } = await openFolder(t, 2)
  assert.deepStrictEqual((await registry.aliases('fraud')).get('champion'), { version: '2', implicit: true })
  await registry.publish('fraud', '10', FILES)
  assert.deepStrictEqual((await registry.aliases('fraud')).get('champion'), { version: '10', implicit: true })
  await registry.setAlias('fraud', 'champion', '2', { expected: '10' })
  await registry.publish('fraud', '11', FILES)
  assert.deepStrictEqual((await registry.aliases('fraud')).get('champion'), { version: '2' })
  assert.deepStrictEqual(await registry.history('fraud'), [
    { at: 1_000, alias: 'champion', from: '10', to: '2' },
  ])
})

test('of many changes at once that were decided on the same, one is made', async t => {
  const { folder, registry } = await openFolder(t, 5)
  const changes = ['1', '2', '3', '4', '5'].map(version =>
    registry.setAlias('fraud', 'shadow', version, { expected: undefined }),
  )
  const results = await Promise.allSettled(changes)
  const made = results.filter(({ status }) => status === 'fulfilled')
  assert.equal(made.length, 1)
  assert.equal((await registry.history('fraud')).length, 1)
  assert.deepStrictEqual((await readdir(folder)).toSorted(), ['1', '2', '3', '4', '5', 'aliases.json'])
})

test('changes of several aliases at once are all made', async t => {
  const { registry } = await openFolder(t, 1)
  const aliases = ['canary', 'shadow', 'challenger', 'other']
  await Promise.all(aliases.map(alias => registry.setAlias('fraud', alias, '1', { expected: undefined })))
  assert.deepStrictEqual([...(await registry.aliases('fraud')).keys()].toSorted(), [
    'canary',
    'challenger',
    'champion',
    'other',
    'shadow',
  ])
})

test('a version that is being written is not seen', async t => {
  const { folder, registry } = await openFolder(t, 1)
  await mkdir(join(folder, '2.partial-4711'))
  await mkdir(join(folder, '03'))
  assert.deepStrictEqual(
    (await registry.versions('fraud')).map(({ version }) => version),
    ['1'],
  )
})

test('a version is never written over', async t => {
  const { folder, registry } = await openFolder(t, 1)
  const other = { ...FILES, 'manifest.json': '{"other":true}' }
  await assert.rejects(registry.publish('fraud', '1', other), {
    code: 'MODEL_INVALID',
    message: /is there already: a version is never changed\. Take the next number\.$/,
  })
  assert.equal(await readFile(join(folder, '1', 'manifest.json'), 'utf8'), '{}')
  assert.deepStrictEqual(await readdir(folder), ['1'])
})

test('of two that publish the same number at once, one does', async t => {
  const { folder, registry } = await openFolder(t, 1)
  const results = await Promise.allSettled(
    ['a', 'b', 'c'].map(card => registry.publish('fraud', '2', { ...FILES, 'card.md': card })),
  )
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.deepStrictEqual((await readdir(folder)).toSorted(), ['1', '2'])
})

test('a version without its files or its number is not published', async t => {
  const { registry } = await openFolder(t)
  await assert.rejects(registry.publish('fraud', '1', { 'card.md': '' }), {
    message: 'Version 1 of fraud cannot be published: it lacks model.onnx and manifest.json.',
  })
  for (const version of ['0', '01', '1.5', '../1', '']) {
    await assert.rejects(registry.publish('fraud', version, FILES), { message: /its number is not whole\.$/ })
  }
})

test('an aliases.json that somebody wrote wrongly is refused with every fault', async t => {
  const { folder, registry } = await openFolder(t, 1)
  await writeFile(
    join(folder, 'aliases.json'),
    '{"aliases":{"champion":{"version":1},"canary":{"version":"1","share":2}},"x":1}',
  )
  await assert.rejects(registry.aliases('fraud'), {
    code: 'MODEL_INVALID',
    message: /aliases\.champion\.version: .*\n- aliases\.canary\.share: .*\n- aliases: .*"x"/,
  })
  await writeFile(join(folder, 'aliases.json'), '{')
  await assert.rejects(registry.aliases('fraud'), { message: /aliases\.json is no JSON\.$/ })
})

test('a lock that nobody lets go is named', { timeout: 60_000 }, async t => {
  const { folder, registry } = await openFolder(t, 1)
  const lock = join(folder, 'aliases.json.lock')
  await writeFile(lock, '')
  await assert.rejects(registry.setAlias('fraud', 'shadow', '1', { expected: undefined }), {
    code: 'MODEL_REGISTRY_UNAVAILABLE',
    message: `Somebody else is changing the aliases: try again. If nobody is, a command was cut off: remove ${lock}.`,
  })
})
