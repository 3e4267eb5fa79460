import assert from 'node:assert/strict'
import { hash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import {
  type Aliases,
  openRegistry,
  readChampion,
  readRegistrySettings,
  watchRegistry,
} from '@millrace/inference'
import { diffModels } from '../../packages/cli/src/models/diff-models.ts'
import { listModels } from '../../packages/cli/src/models/list-models.ts'
import type { ModelContext } from '../../packages/cli/src/models/model-context.ts'
import { promoteModel } from '../../packages/cli/src/models/promote-model.ts'
import { rollBackModel } from '../../packages/cli/src/models/roll-back-model.ts'
import { showModel } from '../../packages/cli/src/models/show-model.ts'
import pipeline from '../../packages/cli/template/pipeline.ts'
import { type VersionOptions, versionFiles } from '../../packages/cli/test/models/model-versions.ts'
import { MlflowServer } from './mlflow-server.ts'

const server = await MlflowServer.start()
after(() => server[Symbol.asyncDispose]())

/** A model of its own on the server, with the template's declaration, and its commands. */
async function openModel(t: TestContext, ...versions: readonly VersionOptions[]) {
  const cache = await mkdtemp(join(tmpdir(), 'millrace-mlflow-cache-'))
  t.after(() => rm(cache, { recursive: true }))
  const model = { ...pipeline.model, name: `wear-${randomUUID()}` }
  const settings = readRegistrySettings({ MODEL_REGISTRY: server.url, MODEL_CACHE: cache })
  const registry = openRegistry(settings, '/no/folder')
  const context: ModelContext = {
    pipeline: { ...pipeline, model },
    registry,
    place: registry.placeOf(model.name),
  }
  const publish = async (files: Readonly<Record<string, string | Uint8Array>>) =>
    server.publish(model.name, files)
  await server.createModel(model.name)
  for (const options of versions) await publish(filesOf(model.name, options))
  const promote = (version: string, alias = 'champion') =>
    promoteModel(context, { version, alias, share: undefined })
  const champion = async () => (await registry.aliases(model.name)).get('champion')?.version
  return { context, registry, model, publish, promote, champion }
}

/** As training writes them: it does not know the number that MLflow will give. */
function filesOf(name: string, options: VersionOptions): Record<string, string | Uint8Array> {
  const files = versionFiles('1', options)
  const manifest = { ...JSON.parse(files['manifest.json'] as string), name }
  return { ...files, 'manifest.json': JSON.stringify(manifest) }
}

test('a promotion is told to a watch within one look, and its version is there to be served', {
  timeout: 60_000,
}, async t => {
  const { registry, model, promote } = await openModel(t, { intercept: -8 }, { intercept: -7 })
  await promote('1')
  const ending = new AbortController()
  t.after(() => ending.abort())
  const told = new EventTarget()
  const seen = { looks: 0, looksAtPromotion: Number.POSITIVE_INFINITY, looksUntilTold: 0 }
  const counted = Object.create(registry, {
    aliases: { value: (name: string) => registry.aliases(name).finally(() => seen.looks++) },
  })
  const first = once(told, '1')
  watchRegistry({
    registry: counted,
    model: model.name,
    every: 100,
    signal: ending.signal,
    onChange(aliases: Aliases) {
      seen.looksUntilTold = seen.looks
      told.dispatchEvent(new Event(aliases.get('champion')!.version))
    },
  })
  await first
  const second = once(told, '2')
  await promote('2')
  seen.looksAtPromotion = seen.looks
  await second
  assert.ok(seen.looksUntilTold <= seen.looksAtPromotion + 2)
  const version = await readChampion(registry, model)
  assert.equal(version.identity.version, '2')
  assert.deepStrictEqual(version.remarks, [])
})

test('versions are listed, shown, compared and taken back with the history that MLflow keeps', async t => {
  const { context, promote, champion, model } = await openModel(
    t,
    { intercept: -8, figures: { auc: 0.8 } },
    { intercept: -7, figures: { auc: 0.9 } },
  )
  await promote('1')
  await promote('2')
  const lines = await listModels(context)
  assert.equal(lines[0], `Model ${model.name}, in the model registry ${server.url}:`)
  assert.match(lines[3]!, /^2 +champion +\d{4}-.* +[0-9a-f]{12} +auc 0\.9$/)
  assert.match((await showModel(context, '2')).join('\n'), /^sample +3 rows score as in training/m)
  assert.match((await diffModels(context, '1', '2')).join('\n'), /^auc +0\.8 +0\.9 +\+0\.1$/m)
  await rollBackModel(context, 'champion')
  assert.equal(await champion(), '1')
  await assert.rejects(rollBackModel(context, 'champion'), { code: 'MODEL_INVALID' })
})

const GOOD = { intercept: -8 }

test('a bad artifact is refused with words, and the champion stays', async t => {
  const { promote, publish, champion, model } = await openModel(t, GOOD)
  await promote('1')
  const files = filesOf(model.name, GOOD)
  const onnx = files['model.onnx'] as Uint8Array
  const cut = onnx.subarray(0, onnx.length - 20)
  const manifest = JSON.parse(files['manifest.json'] as string)
  const withManifest = (changes: object) => ({ 'manifest.json': JSON.stringify({ ...manifest, ...changes }) })
  const bad: readonly (readonly [Record<string, string | Uint8Array>, RegExp])[] = [
    [
      withManifest({ digest: '0'.repeat(64) }),
      /its model\.onnx is not the file that the manifest was written for/,
    ],
    [{ 'model.onnx': cut }, /model\.onnx is no ONNX file, or is truncated/],
    [
      filesOf(model.name, { ...GOOD, sampleOff: 0.01 }),
      /The model gives .* for row 1 of its manifest's sample/,
    ],
    [filesOf(model.name, { ...GOOD, inputs: ['noise'] }), /the pipeline does not declare "noise"/],
    [{ 'model.onnx': 'x', ...withManifest({ digest: hash('sha256', 'x') }) }, /model\.onnx is no ONNX file/],
    [{ 'reference.json': '{}' }, /reference cannot be used/],
  ]
  for (const [changes, message] of bad) {
    const version = await publish({ ...files, ...changes })
    await assert.rejects(promote(version), { code: 'MODEL_INVALID', message })
    assert.equal(await champion(), '1')
  }
})

test('the folder of a version that Python registered is promoted as it is', async t => {
  const { context, promote, champion, model } = await openModel(t)
  const folder = await mkdtemp(join(tmpdir(), 'millrace-version-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const [name, content] of Object.entries(filesOf(model.name, GOOD)))
    await writeFile(join(folder, name), content)
  assert.equal(await server.runPython('register-folder.py', model.name, folder), '1')
  await promote('1')
  assert.equal(await champion(), '1')
  assert.match((await showModel(context, '1')).join('\n'), /^aliases +champion$/m)
})

test('a version without a manifest is served, and what was not checked is said', async t => {
  const { context, promote, publish, model, registry } = await openModel(t)
  const { 'model.onnx': onnx } = filesOf(model.name, GOOD)
  await publish({ 'model.onnx': onnx! })
  assert.match(
    (await promote('1')).join('\n'),
    /sample: none: .*\nRemark: models:\/.*\/1 of http.* has no manifest\.json/,
  )
  assert.equal((await readChampion(registry, model)).manifest, undefined)
  assert.match((await showModel(context, '1')).join('\n'), /^reference +none: drift is not watched$/m)
})

test('an MLflow without a champion says what to do', async t => {
  const { registry, model } = await openModel(t, GOOD)
  await assert.rejects(readChampion(registry, model), {
    code: 'MODEL_INVALID',
    message: `In the model registry ${server.url} no version of ${model.name} is the champion: choose one by "millrace models promote".`,
  })
})
