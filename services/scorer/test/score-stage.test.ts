import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decide,
  MillraceError,
  type Prediction,
  type StageRecord,
  type StatisticsRecord,
  topics,
  type VectorRecord,
  WindowStatistics,
} from '@millrace/core'
import { driveStage } from '@millrace/testkit'
import type { ModelRoles } from '../src/models/pipeline-models.ts'
import type { ScoredVersion } from '../src/models/scored-version.ts'
import { createScoreStage, type ScoreInput } from '../src/score.ts'
import { fakeRoles, fakeVersion, IDENTITY } from './routes/fake-scoring.ts'
import { NOW, pipeline } from './routes/lookup-pipeline.ts'

const { inputs } = pipeline.model
const REFERENCE = {
  model: IDENTITY,
  features: Object.fromEntries(
    [...inputs, 'score'].map(name => [name, { count: 1, missing: 0, edges: [], fractions: [1] }]),
  ),
}

/** The vector of one payment, in which every input is its number. */
function recordOf(offset: number, serving: boolean, card = 'A'): StageRecord<ScoreInput> {
  const parent = { partition: 0, input: 0, via: 0, offset }
  const event = { paymentId: `p${offset}`, at: NOW, card, shop: 7, amount: offset, items: 1 }
  const record: VectorRecord = {
    parent,
    origin: { partition: 1, offset },
    event,
    lateByMs: 0,
    vector: inputs.map(() => offset),
    featureTimes: [null, NOW],
    truncated: false,
    serving,
  }
  return { input: 0, offset, eventTime: NOW, parent, value: { record, scored: undefined } }
}

const OPTIONS = { inputs, window: pipeline.monitor.window, grace: 0 }

/** A version of the model that gives every vector the same score. */
function versionOf(version: string, score: number, scored: number[][] = []): ScoredVersion {
  const identity = { ...IDENTITY, version, digest: version.repeat(64) }
  const counted = new WindowStatistics(OPTIONS).countedModel(identity, { ...REFERENCE, model: identity })
  const scoring = {
    identity,
    score: async (vectors: readonly ArrayLike<number | null>[]) => {
      scored.push(vectors.map(vector => vector[0]!))
      return new Float64Array(vectors.length).fill(score)
    },
  }
  return fakeVersion({ pipeline, scoring, counted })
}

async function drive(models: ModelRoles, records: readonly StageRecord<ScoreInput>[], of = pipeline) {
  const statistics = new WindowStatistics(OPTIONS)
  const metrics = { vectors: () => {} }
  const stage = createScoreStage({ pipeline: of, models, statistics, metrics })
  const { outputs, states } = await driveStage({ stage, records })
  const valuesOf = (topic: string) =>
    outputs.filter(output => output.topic === topic).map(({ value }) => value)
  const predictions = valuesOf(topics.predictionsTopic(of)) as Prediction[]
  const published = valuesOf(topics.statisticsTopic(of)) as StatisticsRecord[]
  return { predictions, published, state: statistics.decode(states.get('statistics')!) }
}

test('a vector on which another version of the pipeline decides is not scored, predicted or counted', async () => {
  const scored: number[][] = []
  const records = [recordOf(1, true), recordOf(2, false), recordOf(3, true)]
  const { predictions, state } = await drive(fakeRoles(versionOf('3', 0.5, scored)), records)
  assert.deepEqual(
    predictions.map(({ id, version }) => [id, version]),
    [
      ['p1', 1],
      ['p3', 1],
    ],
  )
  assert.deepEqual(scored.flat(), [1, 3])
  assert.equal(state.open[0]!.events, 2)
})

test('what a window holds is due where the vector that closed it was, though its end is long over', async () => {
  const { window } = pipeline.monitor
  const end = Math.floor(NOW / window) * window + window
  const at = (offset: number, eventTime: number, lateByMs = 0) => ({
    ...recordOf(offset, true),
    eventTime,
    lateByMs,
  })
  const records = [at(1, end - 1), at(2, end + 5), at(3, end + window, 7)]
  const { published } = await drive(fakeRoles(versionOf('3', 0.5)), records)
  assert.deepEqual(
    published.map(record => [record.window.end, record.lateByMs, record.parent.offset]),
    [
      [end, 5, 2],
      [end + window, 7, 3],
    ],
  )
})

test('a canary answers its keys, and its vectors and scores are counted apart', async () => {
  const [champion, canary] = [versionOf('3', 0.2), versionOf('4', 0.9)]
  const models = fakeRoles(champion, { forKey: key => (key === 'B' ? canary : champion) })
  const records = [recordOf(1, true), recordOf(2, true, 'B'), recordOf(3, true)]
  const { predictions, state } = await drive(models, records)
  assert.deepEqual(
    predictions.map(({ id, score, model }) => [id, score, model.version]),
    [
      ['p1', 0.2, '3'],
      ['p2', 0.9, '4'],
      ['p3', 0.2, '3'],
    ],
  )
  assert.deepEqual(state.open.map(({ model, events }) => [model.version, events]).toSorted(), [
    ['3', 2],
    ['4', 1],
  ])
})

test('the shadow scores the same vectors: its scores are published, and decide nothing', async () => {
  const shadow = versionOf('4', 0.9)
  const models = fakeRoles(versionOf('3', 0.2), { shadow })
  const { predictions, state } = await drive(models, [recordOf(1, true)])
  const [{ score, decision, shadow: beside }] = predictions as [Prediction]
  assert.deepEqual([score, decision], [0.2, decide(pipeline.model, 0.2)])
  assert.deepEqual(beside, { model: shadow.identity, score: 0.9, decision: decide(pipeline.model, 0.9) })
  assert.equal(state.open.length, 1)
})

test('a shadow that fails is nobody’s failure', async () => {
  const shadow = { ...versionOf('4', 0.9), score: () => Promise.reject(new Error('no')) }
  const { predictions } = await drive(fakeRoles(versionOf('3', 0.2), { shadow }), [recordOf(1, true)])
  assert.deepEqual([predictions[0]!.score, predictions[0]!.shadow], [0.2, undefined])
})

test('a vector that the model refuses has no score, and the others have theirs', async () => {
  const champion: ScoredVersion = {
    ...versionOf('3', 0.2),
    score: async vectors => {
      if (vectors.some(vector => vector[0] === 2)) throw new MillraceError('MODEL_FAILED', 'no')
      return new Float64Array(vectors.length).fill(0.2)
    },
  }
  const records = [1, 2, 3].map(offset => recordOf(offset, true))
  const { predictions } = await drive(fakeRoles(champion), records)
  assert.deepEqual(
    predictions.map(({ score }) => score),
    [0.2, Number.NaN, 0.2],
  )
})

test('declared values stand in for missing ones, are marked, and are not logged as features', async () => {
  const scored: number[][] = []
  const [first] = inputs
  const model = { ...pipeline.model, fallback: { missing: 'defaults', defaults: { [first!]: 7 } } as const }
  const whole = recordOf(1, true)
  const missing = recordOf(2, true)
  ;(missing.value!.record.vector as number[]).fill(Number.NaN)
  const { predictions } = await drive(fakeRoles(versionOf('3', 0.2, scored)), [whole, missing], {
    ...pipeline,
    model,
  })
  assert.deepEqual(scored.flat(), [1, 7])
  assert.deepEqual(
    predictions.map(({ fallback, features }) => [fallback, features[first!]]),
    [
      [undefined, 1],
      [{ reason: 'missing', action: 'defaults' }, Number.NaN],
    ],
  )
})
