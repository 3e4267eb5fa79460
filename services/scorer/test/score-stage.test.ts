import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type StageRecord, type VectorRecord, WindowStatistics } from '@millrace/core'
import { driveStage } from '@millrace/testkit'
import { createScoreStage, type ScoreInput } from '../src/score.ts'
import { fakeScoring, IDENTITY } from './routes/fake-scoring.ts'
import { NOW, pipeline } from './routes/lookup-pipeline.ts'

const { inputs } = pipeline.model
const REFERENCE = {
  model: IDENTITY,
  features: Object.fromEntries(
    [...inputs, 'score'].map(name => [name, { count: 1, missing: 0, edges: [], fractions: [1] }]),
  ),
}

/** The vector of one payment, in which every input is its number. */
function recordOf(offset: number, serving: boolean): StageRecord<ScoreInput> {
  const parent = { partition: 0, input: 0, via: 0, offset }
  const event = { paymentId: `p${offset}`, at: NOW, card: 'A', shop: 7, amount: offset, items: 1 }
  const record: VectorRecord = {
    parent,
    origin: { partition: 1, offset },
    event,
    vector: inputs.map(() => offset),
    featureTimes: [null, NOW],
    truncated: false,
    serving,
  }
  return { input: 0, offset, eventTime: NOW, parent, value: { record } }
}

test('a vector on which another version decides is not scored, predicted or counted', async () => {
  const rows: number[] = []
  const fake = fakeScoring()
  const scoring = {
    ...fake,
    score: async ({ length }: readonly unknown[]) => {
      rows.push(length)
      return new Float64Array(length).fill(0.5)
    },
  }
  const window = pipeline.monitor.window
  const statistics = new WindowStatistics({
    model: IDENTITY,
    inputs,
    reference: REFERENCE,
    window,
    grace: 0,
  })
  const stage = createScoreStage({ pipeline, scoring, statistics })
  const records = [recordOf(1, true), recordOf(2, false), recordOf(3, true)]
  const { outputs, states } = await driveStage({ stage, records })
  const predictions = outputs.map(({ value }) => value as { id: string; version: number })
  assert.deepEqual(
    predictions.map(({ id, version }) => [id, version]),
    [
      ['p1', 1],
      ['p3', 1],
    ],
  )
  assert.deepEqual(rows, [1, 1])
  assert.equal(statistics.decode(states.get('statistics')!).open[0]!.events, 2)
})
