import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffModels } from '../../src/models/diff-models.ts'
import { listModels } from '../../src/models/list-models.ts'
import { versionOf } from '../../src/models/model-context.ts'
import { promoteModel } from '../../src/models/promote-model.ts'
import { rollBackModel } from '../../src/models/roll-back-model.ts'
import { showModel } from '../../src/models/show-model.ts'
import pipeline from '../../template/pipeline.ts'
import { folderContext, versionFiles } from './model-versions.ts'

const NAME = pipeline.model.name
const ONE = { intercept: -8, figures: { week: { auc: 0.8 }, rows: 10, note: 'for people' } }
const TWO = { intercept: -7, figures: { week: { auc: 0.81234567 } } }

const champion = (version: string) => ({ version, alias: 'champion', share: undefined })

test('versions are listed from the newest, with aliases and figures', async t => {
  const context = await folderContext(t, ONE, TWO)
  await context.registry.setAlias(NAME, 'champion', '1', { expected: '2' })
  await context.registry.setAlias(NAME, 'canary', '2', { expected: undefined, share: 0.05 })
  const [title, , heading, ...rows] = await listModels(context)
  assert.equal(title, `Model ${NAME}, in ${context.place}:`)
  assert.match(heading!, /^version +aliases +created +digest +figures$/)
  assert.match(rows[0]!, /^2 +canary 5 % +\d{4}-.* UTC +[0-9a-f]{12} +week\.auc 0\.8123$/)
  assert.match(rows[1]!, /^1 +champion +\d{4}-.* UTC +[0-9a-f]{12} +week\.auc 0\.8, rows 10$/)
  assert.equal(rows.length, 2)
})

test('a version whose manifest is broken is listed all the same', async t => {
  const context = await folderContext(t, ONE)
  await context.registry.publish(NAME, '2', { ...versionFiles('2', TWO), 'manifest.json': '{}' })
  const lines = await listModels(context)
  assert.match(lines[3]!, /^2 +champion \(newest\) .* - +cannot be used: "show" says why$/)
})

test('a version is shown as it was found by loading it', async t => {
  const context = await folderContext(t, ONE, TWO)
  await promoteModel(context, champion('1'))
  const text = (await showModel(context, '1')).join('\n')
  assert.match(text, /^aliases +champion$/m)
  assert.match(text, /^sample +3 rows score as in training, (exactly|within \de-\d+)$/m)
  assert.match(text, /^background +none: scores are not explained$/m)
  assert.match(text, new RegExp(`^input +\\w+ +FP32 +\\[free, ${pipeline.model.inputs.length}\\]$`, 'm'))
  assert.match(text, /^2026-06-01 12:00 UTC +champion +2 +1$/m)
})

test('a promotion proves the version, changes the alias, and is taken back step by step', async t => {
  const context = await folderContext(t, ONE, TWO, ONE)
  assert.match((await promoteModel(context, champion('1')))[0]!, /^Version 1 loads; sample: 3 rows score/)
  const [, words] = await promoteModel(context, champion('2'))
  assert.equal(
    words,
    `Version 2 of ${NAME} is the champion now, in place of 1. "millrace models rollback --alias champion" takes it back.`,
  )
  assert.deepStrictEqual(await promoteModel(context, champion('2')), [
    `Version 2 of ${NAME} is the champion already.`,
  ])
  assert.equal(
    (await rollBackModel(context, 'champion'))[1],
    `Version 1 of ${NAME} is the champion again, in place of 2.`,
  )
  await rollBackModel(context, 'champion')
  assert.equal((await context.registry.aliases(NAME)).get('champion')?.version, '3')
  await assert.rejects(rollBackModel(context, 'champion'), {
    code: 'MODEL_INVALID',
    message: `No earlier champion of ${NAME} is known, it is version 3: say which one by "millrace models promote VERSION --alias champion".`,
  })
})

test('the champion that nobody chose can be made the chosen one', async t => {
  const context = await folderContext(t, ONE)
  await promoteModel(context, champion('1'))
  assert.deepStrictEqual((await context.registry.aliases(NAME)).get('champion'), { version: '1' })
})

test('a version that scores otherwise than in training is refused, and nothing changes', async t => {
  const context = await folderContext(t, ONE, { ...TWO, sampleOff: 0.1 })
  await assert.rejects(promoteModel(context, champion('2')), (error: Error) => {
    assert.match(
      error.message,
      /^Version 2 cannot be used: The model gives .* for row 1 of its manifest's sample/,
    )
    return true
  })
  assert.deepStrictEqual(await context.registry.history(NAME), [])
})

test('a version for other inputs is refused with their names', async t => {
  const context = await folderContext(t, { ...ONE, inputs: ['vibration', 'noise'] })
  await assert.rejects(promoteModel(context, champion('1')), {
    code: 'MODEL_INVALID',
    message: /the pipeline does not declare "noise"/,
  })
})

test('a canary needs a share, and a champion that stays', async t => {
  const context = await folderContext(t, ONE, TWO)
  const canary = (version: string, share?: number) =>
    promoteModel(context, { version, alias: 'canary', share })
  await assert.rejects(canary('1'), { code: 'CONFIG_INVALID', message: /give --share, or declare/ })
  await assert.rejects(canary('2', 0.1), {
    code: 'CONFIG_INVALID',
    message:
      'Version 2 is the champion, since it is the newest and nobody chose another: first promote the version that is to stay the champion.',
  })
  await promoteModel(context, champion('1'))
  assert.match((await canary('2', 0.1)).at(-1)!, /is the canary now, for 10 % of the keys\./)
  assert.deepStrictEqual(await rollBackModel(context, 'canary'), [
    `No version of ${NAME} is the canary any more, as before; it was 2.`,
  ])
})

test('a declared share is enough for a canary', async t => {
  const context = await folderContext(t, ONE, TWO)
  await promoteModel(context, champion('1'))
  const model = { ...pipeline.model, canary: { share: 0.02 } }
  const declared = { ...context, pipeline: { ...pipeline, model } }
  const words = await promoteModel(declared, { version: '2', alias: 'canary', share: undefined })
  assert.match(words.at(-1)!, /for 2 % of the keys/)
})

test('two versions are compared by inputs, figures, scores and decisions', async t => {
  const context = await folderContext(t, ONE, TWO)
  const lines = await diffModels(context, '1', '2')
  const text = lines.join('\n')
  assert.match(text, /^file +another model\.onnx$/m)
  assert.match(text, new RegExp(`^inputs +the same ${pipeline.model.inputs.length}, in the same order$`, 'm'))
  assert.match(text, /^tensors +the same$/m)
  assert.match(text, /^scores +of 6 rows differ by 0\.\d+ on average, 0\.\d+ at most$/m)
  assert.match(text, /^decisions +\d of 6 rows get another one$/m)
  assert.match(text, /^week\.auc +0\.8 +0\.8123 +\+0\.01235$/m)
  assert.match(text, /^rows +10 +-$/m)
})

test('versions with other inputs are compared as far as that goes', async t => {
  const context = await folderContext(t, ONE, {
    ...TWO,
    inputs: [...pipeline.model.inputs.slice(1), 'noise'],
  })
  const text = (await diffModels(context, '1', '2')).join('\n')
  assert.match(text, new RegExp(`^inputs +\\+noise, -${pipeline.model.inputs[0]}$`, 'm'))
  assert.match(text, /^scores +cannot be compared, since the inputs differ$/m)
})

test('a version is named by number, by alias or by address, and of this model', async t => {
  const context = await folderContext(t, ONE, TWO)
  assert.equal(await versionOf(context, '1'), '1')
  assert.equal(await versionOf(context, '@champion'), '2')
  assert.equal(await versionOf(context, `models:/${NAME}@champion`), '2')
  await assert.rejects(versionOf(context, 'models:/other/1'), { code: 'CONFIG_INVALID' })
})
