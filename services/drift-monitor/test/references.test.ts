import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { FolderRegistry, type ModelRegistry } from '@millrace/inference'
import { loadDeclaration } from '@millrace/platform'
import { References } from '../src/references.ts'

const CARD_FRAUD = resolve(import.meta.dirname, '../../../pipelines/card-fraud')
const SHIPPED = join(CARD_FRAUD, 'models/card_fraud')
const { model } = await loadDeclaration(join(CARD_FRAUD, 'pipeline.ts'))
const digest = hash('sha256', await readFile(join(SHIPPED, '1/model.onnx')))
const identity = { name: model.name, version: '1', digest }

/** The shipped versions, and which of them were read. */
function counting(folder: string) {
  const registry = new FolderRegistry({ folderOf: () => folder })
  const asked: string[] = []
  const counted: ModelRegistry = Object.assign(Object.create(registry), {
    read: (name: string, version: string) => {
      asked.push(version)
      return registry.read(name, version)
    },
    placeOf: (name: string) => registry.placeOf(name),
  })
  return { registry: counted, asked }
}

test('the reference of a version is read once, from the registry', async () => {
  const { registry, asked } = counting(SHIPPED)
  const references = new References(registry, model)
  await references.prepare(identity)
  await references.prepare(identity)
  assert.deepEqual(Object.keys(references.of(identity).features).sort(), [...model.inputs, 'score'].sort())
  assert.deepEqual(asked, ['1'])
})

test('a version that is not there, or is another file, is waited for', async t => {
  const empty = await mkdtemp(join(tmpdir(), 'millrace-references-'))
  t.after(() => rm(empty, { recursive: true }))
  const refused = { code: 'MODEL_UNAVAILABLE', message: /^Version 1 of the model is not in .*: put it there/ }
  const other = { ...identity, digest: 'other' }
  await assert.rejects(new References(counting(SHIPPED).registry, model).prepare(other), refused)
  await assert.rejects(new References(counting(empty).registry, model).prepare(identity), refused)
})
