import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseReference } from '@millrace/core'
import { createScoring, readNewestModel } from '@millrace/inference'
import { checkModel } from '../../src/check/model-faults.ts'
import { keepRuleModel } from '../../src/rule/keep-rule-model.ts'
import pipeline from '../../template/pipeline.ts'
import { templateProject } from '../project.ts'

const NOTHING = { faults: [], remarks: [] }

test('a rule becomes a version that the scorer loads, with the scores of the rule', async t => {
  const folder = await templateProject(t)
  const file = join(folder, 'pipeline.ts')
  assert.deepStrictEqual(await checkModel(file, pipeline), {
    faults: [],
    remarks: ['"millrace model" or "millrace dev" will write version 1 of the model from rule.ts'],
  })
  assert.match((await keepRuleModel(file, pipeline))!, /^Version 1 of the model machine_wear is written/)
  const version = await readNewestModel(join(folder, pipeline.model.path), pipeline.model)
  // Loading compares the scores of the graph with those of the manifest's sample.
  await (await createScoring(version, pipeline.model)).close()
  const { features } = parseReference(version.reference)
  assert.deepStrictEqual(Object.keys(features), [...pipeline.model.inputs, 'score'])
  assert.equal(features['vibration']!.count, 7 * 24 * 240)
  assert.equal(version.background!.length, 50)
  assert.deepStrictEqual(await checkModel(file, pipeline), NOTHING)
})

test('a version is written anew only when it is asked for or the declaration has changed', async t => {
  const file = join(await templateProject(t), 'pipeline.ts')
  await keepRuleModel(file, pipeline)
  assert.equal(await keepRuleModel(file, pipeline), undefined)
  assert.match((await keepRuleModel(file, pipeline, { anew: true }))!, /^Version 2 /)
  const changed = { ...pipeline, views: [{ ...pipeline.views[0]!, ttl: 1 }, pipeline.views[1]!] }
  assert.match((await keepRuleModel(file, changed))!, /^Version 3 /)
})

test('a rule never follows a version that training wrote', async t => {
  const folder = await templateProject(t)
  const file = join(folder, 'pipeline.ts')
  await keepRuleModel(file, pipeline)
  const manifest = join(folder, pipeline.model.path, '1/manifest.json')
  const { writtenFrom: _, ...trained } = JSON.parse(await readFile(manifest, 'utf8'))
  await writeFile(manifest, JSON.stringify(trained))
  assert.equal(await keepRuleModel(file, pipeline), undefined)
  assert.deepStrictEqual(await checkModel(file, pipeline), {
    faults: [],
    remarks: ['rule.ts is not used: version 1 of the model was trained'],
  })
})

test('every fault of a rule is found, and no version is written', async t => {
  const folder = await templateProject(t)
  const file = join(folder, 'pipeline.ts')
  await writeFile(join(folder, 'rule.ts'), 'export const rule = { intercept: NaN, weights: { speed: 1 } }\n')
  const faults = [
    'rule.ts: its intercept is no finite number',
    `rule.ts: its weight "speed" is none of the model's inputs`,
  ]
  assert.deepStrictEqual(await checkModel(file, pipeline), { faults, remarks: [] })
  await assert.rejects(keepRuleModel(file, pipeline), { code: 'CONFIG_INVALID', message: faults.join('\n') })
})
