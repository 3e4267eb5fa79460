import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import {
  emptyCheckpoint,
  encodeCheckpoint,
  type LogIdentity,
  NO_WRITE,
  positionOf,
  type StateStore,
} from '@millrace/core'
import { MemoryNamespace } from '@millrace/testkit'
import { PartitionTask } from '../../src/stage/partition-task.ts'
import { markOf } from '../../src/stage/read-logs.ts'
import { StageConsumer } from '../../src/stage/stage-consumer.ts'
import { FakeConsumer } from '../kafka/fake-consumer.ts'
import { readerOf } from '../kafka/fake-topics.ts'
import { FakeBrokers } from '../kafka/fetch/fake-brokers.ts'
import type { Answer } from '../kafka/fetch/fetch-wire.ts'
import { batchOf } from '../kafka/record-batch/encoded-batch.ts'
import { type Count, countingStage } from './counting-stage.ts'

const TOPICS = ['labels', 'keys']
const OUT_OF_RANGE = 1
const NO_SUCH_TOPIC = 3

interface ConsumerOptions {
  readonly store?: StateStore
  readonly committed?: Readonly<Record<string, number>>
}

/** A consumer of two topics with offsets 2 to 12 in each of four partitions, and what it told its owner. */
async function startConsumer(t: TestContext, { store, committed = {} }: ConsumerOptions = {}) {
  const fake = new FakeConsumer()
  const places = TOPICS.flatMap(topic => [0, 1, 2, 3].map(partition => [`${topic}/${partition}`, 1]))
  const cluster = new FakeBrokers(Object.fromEntries(places))
  const told: unknown[][] = []
  const task = {
    stage: countingStage,
    inputs: 2,
    order: 'arrival',
    store: store ?? new MemoryNamespace().storeOf('counting'),
  } as const
  const consumer = new StageConsumer<string, Count>({
    kafka: fake.kafka,
    cluster,
    topicReader: readerOf({ labels: 4, keys: 4 }, committed),
    groupId: 'group',
    topics: TOPICS,
    partitions: 4,
    sessionTimeoutMs: 9_000,
    maxBacklog: 4,
    loadTask: partition => PartitionTask.load({ ...task, partition, newId: randomUUID }),
    onChange: () => told.push(['change']),
    onAssigned: partitions => told.push(['assigned', partitions]),
    onRebuild: (partition, from) => told.push(['rebuild', partition, from]),
    onNewEpoch: (topic, partition, from) => told.push(['new epoch', `${topic}/${partition}`, from]),
    onMissing: topics => topics.length > 0 && told.push(['missing', ...topics]),
    onHeard: () => told.push(['heard']),
    onFetched() {},
    onPosition: ({ topic, partition, lag, isPaused }) =>
      told.push([isPaused ? 'paused' : 'lag', `${topic}/${partition}`, lag]),
    onCommitted: positions =>
      told.push([
        'committed',
        ...positions.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`),
      ]),
    onRebalanced: () => {},
    onCrash: error => told.push(['crash', (error as { code?: string }).code]),
  })
  await consumer.start()
  t.after(async () => {
    const stopped = consumer.stop()
    cluster.release()
    await stopped
  })
  return { fake, cluster, told, consumer }
}

/** A store whose partition 1 stands at these positions of these logs. */
async function storeAt(
  positions: readonly number[],
  logs: readonly LogIdentity[] = [{}, {}],
): Promise<StateStore> {
  const store = new MemoryNamespace().storeOf('counting')
  const checkpoint = encodeCheckpoint({ ...emptyCheckpoint(2), positions, logs })
  const write = { follows: NO_WRITE, id: 'w1', checkpoint, watermark: 0, states: new Map() }
  await store.write(1, write)
  return store
}

const assignmentOf = (...partitions: number[]): Record<string, number[]> =>
  Object.fromEntries(TOPICS.map(topic => [topic, partitions]))

/** Keys from an offset on; the log ends ten records after them. */
async function answerOf(place: string, keys: readonly string[], from: number): Promise<Answer> {
  const [topic, partition] = place.split('/') as [string, string]
  const records = await batchOf(
    keys.map(key => ({ value: Buffer.from(key) })),
    { baseOffset: from },
  )
  return { topic, partition: Number(partition), highWatermark: from + keys.length + 10, records }
}

function inboxOf(consumer: StageConsumer<string, Count>): unknown[] {
  return [...consumer.owned()].flatMap(owned =>
    owned
      .takeInbox(Infinity)
      .map(({ input, messages }) => [owned.partition, input, ...messages.map(({ offset }) => offset)]),
  )
}

test('an assigned partition is read from where its checkpoint stands, and nothing before it is loaded', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t, { store: await storeAt([5, 7]) })
  fake.join(assignmentOf(1))
  consumer.resume()
  assert.deepStrictEqual(await cluster.untaken(), [])
  await consumer.loadMissing()
  const request = await cluster.request(1)
  assert.deepStrictEqual(request.asked, ['labels/1@5', 'keys/1@7'])
  request.answer([await answerOf('keys/1', ['a', 'b', 'c'], 6)])
  assert.deepStrictEqual((await cluster.request(1)).asked.toSorted(), ['keys/1@9', 'labels/1@5'])
  assert.deepStrictEqual(inboxOf(consumer), [[1, 1, 7, 8]])
  assert.deepStrictEqual(told, [['assigned', [1]], ['change'], ['heard'], ['change']])
})

test('after a rebalance a kept partition goes on where it was, a lost one is let go, a new one is loaded', async t => {
  const { fake, cluster, consumer } = await startConsumer(t)
  fake.join(assignmentOf(0, 1))
  await consumer.loadMissing()
  const request = await cluster.request(1)
  const [, kept] = consumer.owned()
  fake.join(assignmentOf(1, 2))
  assert.deepStrictEqual(
    [...consumer.owned()].map(({ partition, task }) => [partition, task !== undefined]),
    [
      [1, true],
      [2, false],
    ],
  )
  assert.equal([...consumer.owned()][0], kept)
  request.answer([await answerOf('keys/0', ['lost'], 2), await answerOf('keys/1', ['a', 'b'], 2)])
  const next = await cluster.request(1)
  assert.deepStrictEqual(next.asked.toSorted(), ['keys/1@4', 'labels/1@2'])
  await consumer.loadMissing()
  next.answer([])
  const both = ['keys/1@4', 'keys/2@2', 'labels/1@2', 'labels/2@2']
  assert.deepStrictEqual((await cluster.request(1)).asked.toSorted(), both)
  assert.deepStrictEqual(inboxOf(consumer), [[1, 1, 2, 3]])
})

test('a partition lost while it was loaded is not read', async t => {
  const { fake, cluster, consumer } = await startConsumer(t)
  fake.join(assignmentOf(1))
  const loading = consumer.loadMissing()
  fake.join(assignmentOf())
  await loading
  assert.deepStrictEqual([await cluster.untaken(), [...consumer.owned()]], [[], []])
})

test('what a fetch brings for a partition that was loaded anew meanwhile is dropped, unless it fits', async t => {
  const { fake, cluster, consumer } = await startConsumer(t)
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  ;(await cluster.request(1)).answer([await answerOf('keys/1', ['a'], 2)])
  const late = await cluster.request(1)
  const [owned] = consumer.owned()
  owned!.drop()
  await consumer.loadMissing()
  late.answer([await answerOf('keys/1', ['b'], 3)])
  assert.deepStrictEqual((await cluster.request(1)).asked.toSorted(), ['keys/1@2', 'labels/1@2'])
  assert.deepStrictEqual(inboxOf(consumer), [])
})

test('above its backlog a partition is not fetched, which is told, and goes on when that is done', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t)
  fake.join(assignmentOf(1, 2))
  await consumer.loadMissing()
  const keys = ['a', 'b', 'c', 'd', 'e']
  ;(await cluster.request(1)).answer([await answerOf('keys/1', keys, 2)])
  const others = await cluster.request(1)
  assert.deepStrictEqual(others.asked.toSorted(), ['keys/2@2', 'labels/2@2'])
  await consumer.reportPositions()
  assert.deepStrictEqual(
    told.filter(([what]) => what === 'paused'),
    [
      ['paused', 'labels/1', 0],
      ['paused', 'keys/1', 15],
    ],
  )
  assert.deepStrictEqual(inboxOf(consumer), [[1, 1, 2, 3, 4, 5, 6]])
  consumer.resume()
  others.answer([])
  assert.equal((await cluster.request(1)).asked.includes('keys/1@7'), true)
})

test('a partition that must read on is fetched, whatever its backlog', async t => {
  const { fake, cluster, consumer } = await startConsumer(t)
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  ;(await cluster.request(1)).answer([await answerOf('keys/1', ['a', 'b', 'c', 'd', 'e'], 2)])
  assert.deepStrictEqual(await cluster.untaken(), [])
  const [owned] = consumer.owned()
  owned!.mustRead = true
  consumer.resume()
  assert.equal((await cluster.request(1)).asked.includes('keys/1@7'), true)
})

test('a checkpoint outside of what the log holds is HISTORY_LOST', async t => {
  for (const positions of [
    [1, 5],
    [13, 5],
  ]) {
    const { fake, consumer } = await startConsumer(t, { store: await storeAt(positions) })
    fake.join(assignmentOf(1))
    await assert.rejects(consumer.loadMissing(), {
      code: 'HISTORY_LOST',
      details: { topic: 'labels', partition: 1, wanted: positions[0], low: 2, high: 12 },
    })
  }
})

const factsOf = (id: string, partitions = 4) => ({
  labels: { id: 'l', partitions },
  keys: { id, partitions },
})

/** The record that stood at offset 6 of the keys when their topic was the old one. */
const MARK = markOf({ offset: 6, timestamp: 0, key: null, value: Buffer.from('a'), headers: {} })
const OLD_LOGS = [{ topicId: 'l' }, { topicId: 'old', mark: MARK }]

test('of a topic that was made anew everything is read, and the other input goes on', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t, { store: await storeAt([5, 7], OLD_LOGS) })
  cluster.facts = factsOf('new')
  fake.join(assignmentOf(1))
  const loading = consumer.loadMissing()
  const look = await cluster.request(1)
  assert.deepStrictEqual(look.asked, ['keys/1@6'])
  look.answer([await answerOf('keys/1', ['b'], 6)])
  await loading
  assert.deepStrictEqual((await cluster.request(1)).asked, ['labels/1@5', 'keys/1@2'])
  assert.deepStrictEqual(told.at(-1), ['new epoch', 'keys/1', 2])
  assert.deepStrictEqual([...consumer.owned()][0]!.task!.positions, [5, positionOf(1, 2)])
})

test('a topic of another id that holds the same record is the same topic, moved', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t, { store: await storeAt([5, 7], OLD_LOGS) })
  cluster.facts = factsOf('new')
  fake.join(assignmentOf(1))
  const loading = consumer.loadMissing()
  ;(await cluster.request(1)).answer([await answerOf('keys/1', ['a'], 6)])
  await loading
  assert.deepStrictEqual((await cluster.request(1)).asked, ['labels/1@5', 'keys/1@7'])
  assert.deepStrictEqual(told, [['assigned', [1]], ['change']])
})

test('a topic that lost records and got others in their place is HISTORY_LOST', async t => {
  const { fake, cluster, consumer } = await startConsumer(t, { store: await storeAt([5, 7], OLD_LOGS) })
  cluster.facts = factsOf('old')
  fake.join(assignmentOf(1))
  const loading = consumer.loadMissing()
  const refused = assert.rejects(loading, {
    code: 'HISTORY_LOST',
    details: { topic: 'keys', partition: 1, wanted: 7, low: 2, high: 12 },
  })
  ;(await cluster.request(1)).answer([await answerOf('keys/1', ['b'], 6)])
  await refused
})

test('a topic that was made anew while it was read is read no more, until its partitions are loaded anew', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t)
  cluster.facts = factsOf('old')
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  told.length = 0
  cluster.facts = { ...factsOf('old'), keys: undefined }
  ;(await cluster.request(1)).answer([{ topic: 'keys', partition: 1, errorCode: NO_SUCH_TOPIC }])
  const next = await cluster.request(1)
  cluster.facts = factsOf('new')
  next.answer([{ topic: 'keys', partition: 1, errorCode: NO_SUCH_TOPIC }])
  const [owned] = consumer.owned()
  while (!owned!.isRetired) await new Promise(resolve => setTimeout(resolve, 5))
  assert.deepStrictEqual(await cluster.untaken(), [])
  assert.deepStrictEqual(told, [['heard'], ['missing', 'keys'], ['heard'], ['change']])
  owned!.drop()
  await consumer.loadMissing()
  assert.deepStrictEqual((await cluster.request(1)).asked, ['labels/1@2', 'keys/1@2'])
})

test('a topic that is missing at the take-over is waited for', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t)
  cluster.facts = { ...factsOf('old'), keys: undefined }
  fake.join(assignmentOf(1))
  await assert.rejects(consumer.loadMissing(), { code: 'BROKER_UNAVAILABLE', details: { missing: ['keys'] } })
  assert.deepStrictEqual(told.at(-1), ['missing', 'keys'])
})

test('a topic with another number of partitions is PARTITIONS_CHANGED, at the take-over and later', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t)
  cluster.facts = factsOf('old', 5)
  fake.join(assignmentOf(1))
  const details = { topic: 'labels', count: 5, recorded: 4 }
  await assert.rejects(consumer.loadMissing(), { code: 'PARTITIONS_CHANGED', details })
  await consumer.reportPositions()
  assert.deepStrictEqual(told.at(-1), ['crash', 'PARTITIONS_CHANGED'])
})

test('a partition whose log was cut while it was read is loaded, and so checked, anew', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t, { store: await storeAt([5, 7]) })
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  told.length = 0
  const [owned] = consumer.owned()
  ;(await cluster.request(1)).answer([{ topic: 'keys', partition: 1, errorCode: OUT_OF_RANGE }])
  await cluster.untaken()
  assert.deepStrictEqual([told, owned!.task], [[['heard'], ['change']], undefined])
  await consumer.loadMissing()
  assert.notEqual(owned!.task, undefined)
})

test('a stage that never ran begins with a log whose first records have expired', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t)
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  assert.deepStrictEqual((await cluster.request(1)).asked, ['labels/1@2', 'keys/1@2'])
  assert.deepStrictEqual(told, [['assigned', [1]], ['change']])
})

test('a partition of which nothing is stored, though the group has read it, is told as rebuilt', async t => {
  const { fake, told, consumer } = await startConsumer(t, { committed: { keys: 7 } })
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  assert.deepStrictEqual(told, [['assigned', [1]], ['change'], ['rebuild', 1, [2, 2]]])
})

test('the stored positions and the lag behind them are told for every input, and a stop leaves the group', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t, { store: await storeAt([5, 7]) })
  assert.deepStrictEqual(cluster.connected, TOPICS)
  await consumer.reportPositions()
  fake.join(assignmentOf(1))
  await consumer.reportPositions()
  await consumer.loadMissing()
  ;(await cluster.request(1)).answer([await answerOf('keys/1', ['a', 'b'], 7)])
  const last = await cluster.request(1)
  fake.told.length = 0
  told.length = 0
  await consumer.reportPositions()
  const stopped = consumer.stop()
  last.answer([])
  await stopped
  const offsets = [
    { topic: 'labels', partition: 1, offset: '5' },
    { topic: 'keys', partition: 1, offset: '7' },
  ]
  assert.deepStrictEqual(fake.told, [['commit', offsets], ['disconnect']])
  assert.deepStrictEqual(told, [
    ['lag', 'labels/1', 0],
    ['lag', 'keys/1', 12],
    ['committed', 'labels/1@5', 'keys/1@7'],
  ])
  assert.deepStrictEqual([[...consumer.owned()], cluster.connected], [[], undefined])
})

test('a topic that may not be read ends the consumer', async t => {
  const { fake, cluster, told, consumer } = await startConsumer(t)
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  ;(await cluster.request(1)).answer([{ topic: 'keys', partition: 1, errorCode: 29 }])
  await cluster.untaken()
  assert.deepStrictEqual(told.at(-1), ['crash', 'BROKER_REFUSED'])
})
