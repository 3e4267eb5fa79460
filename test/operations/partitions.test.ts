import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { type SimulatedEvent, simulate } from '@millrace/card-fraud/simulator'
import { days, type Prediction, topics } from '@millrace/core'
import { partitionsKey } from '@millrace/platform'
import { assertStates } from '../harness/assert-states.ts'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { produce } from '../harness/raw-topics.ts'
import { readTopic } from '../harness/read-topic.ts'
import { rawRecordOf } from '../harness/replay.ts'
import next from '../harness/shorter-windows.ts'

const START = TEST_NOW - days(60)
const TIMES = [20, 30].map(day => START + days(day))
const NEXT = { declared: next, file: resolve(import.meta.dirname, '../harness/shorter-windows.ts') }
const MORE = 6

test('raw topics get more partitions, and each event is counted and decided once', async t => {
  const deployment = await Deployment.start(t, { order: 'arrival' })
  const { admin, redis, pipeline, rawPartitions } = deployment
  const { early, late, all } = simulated()
  const [ingestor] = await deployment.run('ingestor', 'feature-builder', 'scorer')
  await send(deployment, early, rawPartitions)
  await deployment.drained()

  const rawTopics = pipeline.events.map(({ topic }) => topic)
  await admin.createPartitions({ topicPartitions: rawTopics.map(topic => ({ topic, count: MORE })) })
  assert.equal(await ingestor!.ended(), 1)
  assert.match(await ingestor!.logTail(), /PARTITIONS_CHANGED/)
  await send(deployment, late, MORE)

  await redis.hdel(partitionsKey(pipeline.namespace), ...deployment.stagesOf('ingestor'))
  ingestor!.restart()
  await ingestor!.ready()
  await deployment.drained(deployment.stages)
  await assertStates(deployment, all, { times: TIMES, order: 'arrival' })
  assert.deepEqual(await decidersOf(deployment, all), idsOf(all).map(by(1)))
})

test('a version with more partitions between its stages takes over', async t => {
  const before = await Deployment.start(t, { order: 'arrival' })
  const { admin, rawPartitions, pipeline } = before
  const { early, late, all } = simulated()
  await before.run('ingestor', 'feature-builder', 'scorer')
  await send(before, early, rawPartitions)

  await assert.rejects(before.deployVersion(NEXT, MORE), { code: 'PARTITIONS_CHANGED' })
  const topic = topics.predictionsTopic(pipeline)
  await admin.createPartitions({ topicPartitions: [{ topic, count: MORE }] })
  const after = await before.deployVersion(NEXT, MORE)
  await after.run('ingestor', 'feature-builder')
  await after.launch('scorer')
  await after.drained(after.stages)
  await takeOver(after)
  await send(after, late, rawPartitions)
  await after.drained(after.stages)
  await assertStates(after, all, { times: TIMES, order: 'arrival' })
  assert.deepEqual(
    await decidersOf(after, all),
    [...idsOf(early).map(by(1)), ...idsOf(late).map(by(2))].sort(),
  )
})

/** Stages commit how far they are within a second of being there; until then the command refuses, as it has to. */
async function takeOver(deployment: Deployment): Promise<void> {
  for (;;) {
    const { code, stderr } = await deployment.millrace('switch')
    if (code === 0) return
    assert.match(stderr, /^NOT_CAUGHT_UP: /)
  }
}

function simulated() {
  const all = [...simulate({ seed: 6, customers: 100, terminals: 200, start: START, days: 30 })]
  const half = all.length >> 1
  return { all, early: all.slice(0, half), late: all.slice(half) }
}

async function send(
  { kafka }: Deployment,
  events: readonly SimulatedEvent[],
  partitions: number,
): Promise<void> {
  await produce(
    kafka,
    events.map(event => rawRecordOf(event, partitions)),
  )
}

function idsOf(events: readonly SimulatedEvent[]): readonly string[] {
  return events.flatMap(({ type, event }) => (type === 'transaction' ? event.transactionId : [])).sort()
}

const by =
  (version: number) =>
  (id: string): string =>
    `${id} by ${version}`

/** Which version has decided on which transaction, over the whole topic once it has as many records as transactions. */
async function decidersOf(
  { admin, kafka, pipeline }: Deployment,
  events: readonly SimulatedEvent[],
): Promise<readonly string[]> {
  const topic = topics.predictionsTopic(pipeline)
  const ends = await admin.fetchTopicOffsets(topic)
  const count = ends.reduce((sum, { high }) => sum + Number(high), 0)
  assert.ok(count >= idsOf(events).length)
  const messages = await readTopic(kafka, topic, read => read.length >= count)
  const predictions = messages.map(({ value }): Prediction => JSON.parse(String(value)))
  return [...new Set(predictions.map(({ id, version }) => by(version)(String(id))))].sort()
}
