import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate } from '@millrace/card-fraud/simulator'
import { days, type Prediction } from '@millrace/core'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { produce } from '../harness/raw-topics.ts'
import { readPredictions } from '../harness/read-predictions.ts'
import { rawRecordOf } from '../harness/replay.ts'

const SIMULATION = { seed: 7, customers: 60, terminals: 120, start: TEST_NOW - days(45), days: 45 }
const PROBES = 25

test('a requested event gets the features and the score that it gets through the stream, afterwards and explained too', async t => {
  const events = [...simulate(SIMULATION)]
  const transactions = events.filter(({ type }) => type === 'transaction')
  const probes = transactions.slice(-PROBES)
  const history = events.filter(event => !probes.includes(event))
  const deployment = await Deployment.start(t, { order: 'arrival' })
  const services = await deployment.run('ingestor', 'feature-builder', 'scorer')
  const url = `${services.find(({ name }) => name === 'scorer')!.url}/v1/score`
  const records = history.map(event => rawRecordOf(event, deployment.rawPartitions))
  await produce(deployment.kafka, records)
  await readPredictions(deployment, transactions.length - PROBES)
  await deployment.drained()

  for (const [i, probe] of probes.entries()) {
    const before = await score(url, probe.event)
    await produce(deployment.kafka, [rawRecordOf(probe, deployment.rawPartitions)])
    const predictions = await readPredictions(deployment, transactions.length - PROBES + i + 1)
    const streamed = predictions.get(String(before.id))!
    assert.deepEqual(before.features, streamed.features)
    assert.deepEqual(before.featureTimes, streamed.featureTimes)
    assert.equal(before.score, streamed.score)
    assert.equal(before.decision, streamed.decision)
    assert.deepEqual(await score(url, probe.event), before)
    const { reasons: _, explanation, ...explained } = await score(`${url}?explain=true`, probe.event)
    assert.deepEqual(explained, before)
    assert.ok(Math.abs(sumOf(explanation!) - before.score) < 1e-9)
  }
})

interface Explanation {
  readonly baseline: number
  readonly contributions: Readonly<Record<string, number>>
}

function sumOf({ baseline, contributions }: Explanation): number {
  return Object.values(contributions).reduce((sum, contribution) => sum + contribution, baseline)
}

interface Answer extends Prediction {
  readonly reasons?: unknown
  readonly explanation?: Explanation
}

async function score(url: string, event: object): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(event) })
  assert.equal(response.status, 200, await response.clone().text())
  return (await response.json()) as Answer
}
