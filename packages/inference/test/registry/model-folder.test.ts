import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { EncoderArtifact, Model } from '@millrace/core'
import { modelFolder, readNewestModel } from '../../src/registry/model-folder.ts'
import { externalModel } from './external-model.ts'

const MODEL: Model = { name: 'fraud', path: 'models/fraud', inputs: ['a', 'b'], decisions: [] }
const ONNX = Buffer.from(externalModel())
const DIGEST = createHash('sha256').update(ONNX).digest('hex')
const MANIFEST = {
  name: 'fraud',
  version: '1',
  inputs: ['a', 'b'],
  digest: DIGEST,
  libraries: { xgboost: '2.1.0' },
  sample: { rows: [[1, 2]], scores: [0.5] },
}

type Files = Readonly<Record<string, string | Uint8Array>>

const versionWith = (manifest: object): Files => ({
  'model.onnx': ONNX,
  'manifest.json': JSON.stringify({ ...MANIFEST, ...manifest }),
  'reference.json': '{"features":{}}',
})

/** Writes versions of a model into a folder of their own. */
async function folderWith(t: TestContext, versions: Readonly<Record<string, Files>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-model-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const [version, files] of Object.entries(versions)) {
    await mkdir(join(folder, version))
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, version, name), content)
  }
  return folder
}

test('a model lies beside its pipeline file', () => {
  assert.equal(modelFolder('/some/where/pipeline.ts', MODEL), '/some/where/models/fraud')
})

test('the version with the highest number is read', async t => {
  const versions = { 2: versionWith({ version: '2' }), 10: versionWith({ version: '10' }), latest: {} }
  const { identity, onnx, manifest, reference } = await readNewestModel(await folderWith(t, versions), MODEL)
  assert.deepStrictEqual(identity, { name: 'fraud', version: '10', digest: DIGEST })
  assert.deepStrictEqual(Buffer.from(onnx), ONNX)
  const { libraries: _, ...read } = MANIFEST
  assert.deepStrictEqual(manifest, { ...read, version: '10' })
  assert.deepStrictEqual(reference, { features: {} })
})

test('a version may have a background, in which a missing value is null', async t => {
  const background = { model: { name: 'fraud', version: '1' }, rows: [[1, null]] }
  const files = { ...versionWith({}), 'background.json': JSON.stringify(background) }
  const version = await readNewestModel(await folderWith(t, { 1: files }), MODEL)
  assert.deepStrictEqual(version.background, [[1, Number.NaN]])
  const without = await readNewestModel(await folderWith(t, { 1: versionWith({}) }), MODEL)
  assert.equal(without.background, undefined)
})

test('the champion is read rather than a newer version', async t => {
  const aliases = JSON.stringify({ aliases: { champion: { version: '2' } } })
  const folder = await folderWith(t, { 2: versionWith({ version: '2' }), 10: versionWith({ version: '10' }) })
  await writeFile(join(folder, 'aliases.json'), aliases)
  assert.equal((await readNewestModel(folder, MODEL)).identity.version, '2')
})

test('a folder without versions is refused', async t => {
  await assert.rejects(readNewestModel(await folderWith(t, {}), MODEL), {
    code: 'MODEL_INVALID',
    message: /has no version: train a model first\.$/,
  })
  await assert.rejects(readNewestModel('/no/such/folder', MODEL), { code: 'MODEL_INVALID' })
})

const REFUSED: readonly (readonly [string, Files, RegExp])[] = [
  [
    'a version without a file',
    { 'model.onnx': ONNX, 'manifest.json': '{}' },
    /reference\.json cannot be read\.$/,
  ],
  [
    'a manifest that is no JSON',
    { ...versionWith({}), 'manifest.json': '{' },
    /manifest\.json is no JSON\.$/,
  ],
  [
    'a manifest with several faults',
    versionWith({ name: 1, digest: 'x', sample: { rows: [[1]], scores: [] } }),
    /name: .*\n- digest: must be a SHA-256 digest/,
  ],
  [
    'a sample of another shape',
    versionWith({ sample: { rows: [[1]], scores: [] } }),
    /- sample: must have one score for each row\n- sample: must have one value for each input$/,
  ],
  [
    'a model of another name and version',
    versionWith({ name: 'churn', version: '3' }),
    /it is of the model "churn", "fraud" is declared; its manifest is of version 3\.$/,
  ],
  [
    'another model.onnx',
    { ...versionWith({}), 'model.onnx': externalModel('x').subarray(0, 2) },
    /its model\.onnx is not the file that the manifest/,
  ],
  [
    'inputs that nobody declares',
    versionWith({ inputs: ['a', 'c'] }),
    /the model does not know "b", and the pipeline does not declare "c"\.$/,
  ],
  [
    'a background of another version',
    { ...versionWith({}), 'background.json': '{"model":{"name":"fraud","version":"2"},"rows":[[1,2]]}' },
    /background cannot be used:\n- model\.version: must be "1"$/,
  ],
  [
    'inputs in another order',
    versionWith({ inputs: ['b', 'a'] }),
    /input 1 is "b" in the model, "a" is declared\.$/,
  ],
]

for (const [name, files, message] of REFUSED) {
  test(`${name} is refused`, async t => {
    const folder = await folderWith(t, { 1: files })
    await assert.rejects(readNewestModel(folder, MODEL), { code: 'MODEL_INVALID', message })
  })
}

test('a missing value of a sample is null in the file and NaN here', async t => {
  const sample = { rows: [[null, 2]], scores: [0.5] }
  const { manifest } = await readNewestModel(await folderWith(t, { 1: versionWith({ sample }) }), MODEL)
  assert.deepStrictEqual(manifest?.sample.rows, [[Number.NaN, 2]])
})

test('a model is refused with the vectors of other encoders than those it was trained with', async t => {
  const [here, there] = ['a'.repeat(64), 'b'.repeat(64)]
  const fitted = { digest: here } as EncoderArtifact
  const folder = await folderWith(t, { 1: versionWith({ encoders: here }) })
  assert.equal((await readNewestModel(folder, MODEL, fitted)).manifest?.encoders, here)
  const refused = (digest: string | undefined, words: RegExp) =>
    assert.rejects(
      readNewestModel(folder, MODEL, digest === undefined ? undefined : ({ digest } as EncoderArtifact)),
      {
        code: 'MODEL_INVALID',
        message: words,
      },
    )
  await refused(
    there,
    /it was trained with the encoders a{64}, and the pipeline runs with the encoders b{64}: /,
  )
  await refused(undefined, /and the pipeline runs without fitted encoders: /)
  const plain = await folderWith(t, { 1: versionWith({}) })
  await assert.rejects(readNewestModel(plain, MODEL, fitted), {
    code: 'MODEL_INVALID',
    message: /it was trained without fitted encoders, and the pipeline runs with the encoders a{64}: /,
  })
})
