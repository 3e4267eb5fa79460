import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import {
  type ArtifactContent,
  defineEncoders,
  defineEvent,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  double,
  type EncoderArtifact,
  log1p,
  type Pipeline,
  standardScale,
  text,
  timestamp,
} from '@millrace/core'
import {
  artifactFile,
  definitionDigest,
  readArtifact,
  sealArtifact,
  writeArtifact,
} from '../../src/artifact/artifact-file.ts'

const fields = { id: text('id'), at: timestamp('time'), amount: double('amount') }
const sale = defineEvent({ name: 'sale', topic: 'sales', fields, key: 'id', id: 'id', eventTime: 'at' })
const onDemand = defineOnDemand({ source: sale, features: { one: () => 1 } })

function pipelineWith(missing = 0): Pipeline {
  const encoders = defineEncoders({
    source: sale,
    from: [],
    artifact: 'encoders/sales.json',
    features: { logged: log1p('amount', { missing }), scaled: standardScale('logged') },
  })
  const features = [onDemand, encoders] as const
  const model = defineModel({ name: 'm', path: 'models', features, inputs: ['scaled'], decisions: [] })
  const monitor = defineMonitor({ window: 1 })
  return definePipeline({ name: 'sales', events: [sale], views: [], onDemand, encoders, model, monitor })
}

const pipeline = pipelineWith()
const CONTENT: ArtifactContent = {
  codecVersion: 1,
  pipeline: 'sales',
  definition: definitionDigest(pipeline),
  window: { start: 0, end: 10 },
  rows: 2,
  encoders: { scaled: { kind: 'standard-scaling', mean: 0.1, deviation: 2 } },
}

/** A pipeline file, and the artifact that lies beside it. */
async function filesWith(t: TestContext, artifact?: EncoderArtifact) {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-artifact-'))
  t.after(() => rm(folder, { recursive: true }))
  const pipelineFile = join(folder, 'pipeline.ts')
  const file = artifactFile(pipelineFile, pipeline)!
  if (artifact !== undefined) await writeArtifact(file, artifact)
  return { folder, pipelineFile, file }
}

test('an artifact is written beside its pipeline file and read as it was, whole', async t => {
  const artifact = sealArtifact(CONTENT)
  const { folder, pipelineFile } = await filesWith(t, artifact)
  assert.deepStrictEqual(await readdir(folder, { recursive: true }), ['encoders', 'encoders/sales.json'])
  assert.deepStrictEqual(await readArtifact(pipelineFile, pipeline), artifact)
})

test('the digest is that of the content, however the file is laid out', async t => {
  const artifact = sealArtifact(CONTENT)
  const { file, pipelineFile } = await filesWith(t, artifact)
  await writeFile(file, JSON.stringify(JSON.parse(await readFile(file, 'utf8'))))
  assert.equal((await readArtifact(pipelineFile, pipeline))!.digest, artifact.digest)
})

test('a pipeline whose encoders learn nothing needs no file', async () => {
  const encoders = defineEncoders({ source: sale, from: [], features: { scaled: log1p('amount') } })
  assert.equal(await readArtifact('/no/pipeline.ts', { ...pipeline, encoders }), undefined)
})

test('a missing artifact stops the start and says how to fit', async t => {
  const { pipelineFile, file } = await filesWith(t)
  await assert.rejects(readArtifact(pipelineFile, pipeline), {
    code: 'ARTIFACT_MISSING',
    message: `The encoders scaled of sales were not fitted: ${file} cannot be read. Fit them: millrace fit --pipeline ${pipelineFile} --input EVENTS`,
  })
})

test('an artifact of another declaration is refused', async t => {
  const { pipelineFile } = await filesWith(t, sealArtifact(CONTENT))
  const changed = pipelineWith(1)
  assert.notEqual(definitionDigest(changed), definitionDigest(pipeline))
  assert.notEqual(definitionDigest(pipelineWith(Number.NaN)), definitionDigest(pipeline))
  await assert.rejects(readArtifact(pipelineFile, changed), {
    code: 'ARTIFACT_STALE',
    message: /^The encoders of sales were fitted under another declaration .* Fit them: millrace fit /,
  })
})

const DAMAGED: readonly (readonly [string, (text: string) => string, string])[] = [
  ['cut off', text => text.slice(0, 50), 'it is no JSON'],
  ['changed by hand', text => text.replace('0.1', '0.2'), 'its content was changed after it was written'],
  [
    'of another version',
    text => text.replace('"codecVersion": 1', '"codecVersion": 2'),
    'its codecVersion is of no known kind',
  ],
]

for (const [name, damage, fault] of DAMAGED) {
  test(`an artifact that is ${name} is refused`, async t => {
    const { pipelineFile, file } = await filesWith(t, sealArtifact(CONTENT))
    await writeFile(file, damage(await readFile(file, 'utf8')))
    await assert.rejects(readArtifact(pipelineFile, pipeline), error => {
      const { code, message } = error as Error & { readonly code: string }
      assert.equal(code, 'ARTIFACT_INVALID')
      assert.ok(message.startsWith(`${file} cannot be used: ${fault}. Fit them: `), message)
      return true
    })
  })
}
