import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadPipeline } from '@millrace/platform'
import { createModelExplainer } from '../../src/explain/model-explainer.ts'
import { createScoring } from '../../src/model/scoring.ts'
import { modelFolder, readNewestModel } from '../../src/registry/model-folder.ts'

const FILE = fileURLToPath(new URL('../../../../pipelines/card-fraud/pipeline.ts', import.meta.url))
const cardFraud = await loadPipeline(FILE)

async function openCardFraud(t: TestContext, exactUpTo?: number) {
  const version = await readNewestModel(modelFolder(FILE, cardFraud.model), cardFraud.model)
  const scoring = await createScoring(version, cardFraud.model)
  t.after(() => scoring.close())
  const exact = exactUpTo === undefined ? {} : { exactUpTo }
  const explainer = createModelExplainer({ pipeline: cardFraud, version, score: scoring.score, ...exact })
  return { explainer, rows: version.manifest!.sample.rows, scores: version.manifest!.sample.scores }
}

test('the scores of the committed model are explained, and the contributions add up', async t => {
  const { explainer, rows, scores } = await openCardFraud(t)
  for (const [i, row] of rows.entries()) {
    const { score, baseline, contributions, evaluations } = await explainer.explain(row)
    const sum = Object.values(contributions).reduce((total, value) => total + value, baseline)
    assert.ok(Math.abs(score - scores[i]!) < 1e-5)
    assert.ok(Math.abs(sum - score) < 1e-9)
    assert.ok(evaluations <= 4_096, `${evaluations} rows`)
  }
})

test('sampled contributions are within their standard errors of the exact ones', async t => {
  const sampling = await openCardFraud(t)
  const exact = await openCardFraud(t, 15)
  const row = sampling.rows.at(-1)!
  const [estimate, truth] = [await sampling.explainer.explain(row), await exact.explainer.explain(row)]
  assert.deepStrictEqual(
    Object.values(truth.standardErrors),
    cardFraud.model.inputs.map(() => 0),
  )
  for (const [feature, contribution] of Object.entries(truth.contributions)) {
    const error = Math.abs(estimate.contributions[feature]! - contribution)
    assert.ok(error <= 4 * estimate.standardErrors[feature]! + 1e-6, `${feature} is off by ${error}`)
  }
  assert.deepStrictEqual(
    estimate.reasons.slice(0, 2).map(({ feature }) => feature),
    truth.reasons.slice(0, 2).map(({ feature }) => feature),
  )
})
