import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type SimulatedEvent, simulate } from '@millrace/card-fraud/simulator'
import { days } from '@millrace/core'
import { borderCases, handbookFeatures } from '@millrace/testkit'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { featureMismatches } from '../harness/feature-mismatches.ts'
import { readPredictions } from '../harness/read-predictions.ts'
import { produceReplay } from '../harness/replay.ts'
import { trainingSetMismatches } from '../harness/training-set.ts'

const SIMULATION = { seed: 1, customers: 500, terminals: 1_000, start: TEST_NOW - days(100), days: 60 }

for (const builders of [1, 3]) {
  test(`60 simulated days at full speed through ${builders} feature builder(s) equal the batch result`, async t => {
    await assertParity(t, await Deployment.start(t, { order: 'strict' }), [...simulate(SIMULATION)], builders)
  })
}

test('ties within a second and events on the borders of windows and of the delay equal the batch result', async t => {
  const { transactions, labels } = borderCases(TEST_NOW - days(20))
  const events: SimulatedEvent[] = [
    ...transactions.map(event => ({ type: 'transaction', event }) as const),
    ...labels.map(event => ({ type: 'label', event }) as const),
  ]
  await assertParity(t, await Deployment.start(t, { order: 'strict' }), events, 2)
})

async function assertParity(
  t: TestContext,
  deployment: Deployment,
  events: readonly SimulatedEvent[],
  builders: number,
): Promise<void> {
  const transactions = events.flatMap(item => (item.type === 'transaction' ? [item.event] : []))
  const labels = events.flatMap(item => (item.type === 'label' ? [item.event] : []))
  await produceReplay(deployment, events)
  await deployment.run('ingestor', ...Array<'feature-builder'>(builders).fill('feature-builder'), 'scorer')
  const predictions = await readPredictions(deployment, transactions.length)
  assert.equal(predictions.size, transactions.length)
  const mismatches = featureMismatches(predictions, transactions, handbookFeatures(transactions, labels))
  assert.deepEqual(mismatches.slice(0, 20), [], `${mismatches.length} mismatches`)
  const labelDelay = days(7)
  const differing = await trainingSetMismatches(t, deployment, { events, predictions, labelDelay })
  assert.deepEqual(differing.slice(0, 20), [], `${differing.length} mismatches in training sets`)
}
