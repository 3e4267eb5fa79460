import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Prediction, StageOutput } from '@millrace/core'
import { createRegistry } from '@millrace/platform'
import type { RequestDecision } from '../src/decide/request-decision.ts'
import { DecisionMetrics } from '../src/decision-metrics.ts'
import { VectorMetrics } from '../src/vector-metrics.ts'
import { IDENTITY } from './routes/fake-scoring.ts'

function startRegistry() {
  const registry = createRegistry({ service: 'test' })
  return {
    registry,
    async samples(pattern: RegExp) {
      const lines = (await registry.metrics()).replaceAll(/,?service="test"/g, '').split('\n')
      return lines.filter(line => pattern.test(line))
    },
  }
}

function startDecisions() {
  const { registry, samples } = startRegistry()
  return { metrics: new DecisionMetrics(registry, { topic: 'predictions', model: 'fraud' }), samples }
}

const predicted = (prediction: Partial<Prediction>): StageOutput => ({
  topic: 'predictions',
  value: { model: IDENTITY, decision: 'approve', score: 0.2, ...prediction },
})

test('decisions of the stream count by version and decision, with their scores', async () => {
  const { metrics, samples } = startDecisions()
  const blocked = { decision: 'block', score: 0.75 }
  metrics.whenPublished([predicted({}), predicted(blocked), { topic: 'statistics', value: {} }])()
  metrics.whenPublished([predicted(blocked), predicted({ score: Number.NaN })])()
  assert.deepStrictEqual(await samples(/^predictions_total|^prediction_score_(sum|count)/), [
    'predictions_total{model="fraud",version="3",decision="approve",via="stream"} 2',
    'predictions_total{model="fraud",version="3",decision="block",via="stream"} 2',
    'prediction_score_sum{model="fraud",version="3"} 1.7',
    'prediction_score_count{model="fraud",version="3"} 3',
  ])
})

test('the shadow counts by how far it is away, and where it would have decided otherwise', async () => {
  const { metrics, samples } = startDecisions()
  const shadow = { model: { ...IDENTITY, version: '4' }, score: 0.75, decision: 'block' }
  const alike = { ...shadow, score: 0.25, decision: 'approve' }
  metrics.whenPublished([shadow, alike].map(shadow => predicted({ score: 0.25, shadow })))()
  assert.deepStrictEqual(await samples(/^shadow_(disagreements_total|score_abs_diff_(sum|count))/), [
    'shadow_score_abs_diff_sum{champion="3",challenger="4"} 0.5',
    'shadow_score_abs_diff_count{champion="3",challenger="4"} 2',
    'shadow_disagreements_total{champion="3",challenger="4"} 1',
  ])
})

test('decisions that were asked for count apart, and those of a rule by why it decided', async () => {
  const { metrics, samples } = startDecisions()
  const decision = { decision: 'review', model: null } as unknown as RequestDecision
  metrics.requested({ ...decision, fallback: { reason: 'stale', action: 'rule' } })
  assert.deepStrictEqual(await samples(/^predictions_total|^decision_fallbacks_total.*[^0]$/), [
    'predictions_total{model="fraud",version="none",decision="review",via="request"} 1',
    'decision_fallbacks_total{reason="stale",action="rule"} 1',
  ])
})

test('missing inputs and the ages of features are counted, each of them from 0 on', async () => {
  const { registry, samples } = startRegistry()
  const metrics = new VectorMetrics(registry, ['amount', 'count'], ['card'])
  metrics.vectors([
    [1, Number.NaN],
    [2, Number.NaN],
  ])
  metrics.aged({ card: 90_000, shop: null })
  metrics.aged({ card: null })
  assert.deepStrictEqual(await samples(/^feature_missing_total|^feature_age_seconds_(sum|count)/), [
    'feature_age_seconds_sum{feature_set="card"} 90',
    'feature_age_seconds_count{feature_set="card"} 1',
    'feature_missing_total{feature="amount"} 0',
    'feature_missing_total{feature="count"} 2',
  ])
})
