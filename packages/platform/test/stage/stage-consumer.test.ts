import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { emptyCheckpoint, encodeCheckpoint, NO_WRITE, type StateStore } from '@millrace/core'
import { MemoryNamespace } from '@millrace/testkit'
import { PartitionTask } from '../../src/stage/partition-task.ts'
import { StageConsumer } from '../../src/stage/stage-consumer.ts'
import { readerOf } from '../kafka/fake-topics.ts'
import { type Count, countingStage } from './counting-stage.ts'
import { FakeConsumer } from './fake-consumer.ts'

const TOPICS = ['labels', 'keys']

/** A consumer of two topics with offsets 2 to 12 in each partition, and what it told its owner. */
async function startConsumer(
  store: StateStore = new MemoryNamespace().storeOf('counting'),
  committed: Readonly<Record<string, number>> = {},
) {
  const fake = new FakeConsumer()
  const told: unknown[][] = []
  const task = { stage: countingStage, inputs: 2, order: 'arrival', store, cachedBytes: 10 } as const
  const consumer = new StageConsumer<string, Count>({
    kafka: fake.kafka,
    topicReader: readerOf({ labels: 4, keys: 4 }, committed),
    groupId: 'group',
    topics: TOPICS,
    sessionTimeoutMs: 9_000,
    maxBacklog: 4,
    loadTask: partition => PartitionTask.load({ ...task, partition, newId: randomUUID }),
    onChange: () => {},
    onAssigned: partitions => told.push(['assigned', partitions]),
    onRebuild: (partition, from) => told.push(['rebuild', partition, from]),
    onHeard: () => told.push(['heard']),
    onLag: (topic, partition, records) => told.push(['lag', `${topic}/${partition}`, records]),
    onCrash: error => told.push(['crash', error.message]),
  })
  await consumer.start()
  assert.deepStrictEqual(fake.told.splice(0), [['subscribe', { topics: TOPICS, fromBeginning: true }]])
  return { fake, told, consumer }
}

/** A store whose partition 1 stands at these positions. */
async function storeAt(positions: readonly number[]): Promise<StateStore> {
  const store = new MemoryNamespace().storeOf('counting')
  const checkpoint = encodeCheckpoint({ ...emptyCheckpoint(2), positions })
  const write = { follows: NO_WRITE, id: 'w1', checkpoint, watermark: 0, states: new Map() }
  await store.write(1, write)
  return store
}

const assignmentOf = (...partitions: number[]): Record<string, number[]> =>
  Object.fromEntries(TOPICS.map(topic => [topic, partitions]))

test('an assigned partition is read from where its checkpoint stands, and whatever came before is dropped', async () => {
  const { fake, told, consumer } = await startConsumer(await storeAt([5, 7]))
  fake.join(assignmentOf(1))
  await fake.deliver('keys', 1, { keys: ['early'], from: 3 })
  await consumer.loadMissing()
  await fake.deliver('keys', 1, { keys: ['stale'], from: 8, stale: true })
  await fake.deliver('keys', 1, { keys: ['a', 'b', 'c'], from: 6 })
  assert.deepStrictEqual(fake.told, [
    ['pause', 'keys/1'],
    ['seek', 'labels/1', '5'],
    ['seek', 'keys/1', '7'],
    ['resume', 'labels/1'],
    ['resume', 'keys/1'],
    ['resolve', 'keys/1', '8'],
  ])
  const [owned] = consumer.owned()
  const inbox = owned!
    .takeInbox(Infinity)
    .map(({ input, messages }) => [input, messages.map(({ offset }) => offset)])
  assert.deepStrictEqual(inbox, [[1, ['7', '8']]])
  assert.deepStrictEqual(told, [['assigned', [1]]])
})

test('after a rebalance a kept partition goes on where it was, a lost one is let go, a new one is loaded', async () => {
  const { fake, consumer } = await startConsumer()
  fake.join(assignmentOf(0, 1))
  await consumer.loadMissing()
  await fake.deliver('keys', 1, { keys: ['a', 'b'] })
  const [, kept] = consumer.owned()
  fake.told.length = 0

  fake.join(assignmentOf(1, 2))
  assert.deepStrictEqual(fake.told.splice(0), [
    ['seek', 'labels/1', '0'],
    ['seek', 'keys/1', '2'],
  ])
  assert.deepStrictEqual(
    [...consumer.owned()].map(({ partition, task }) => [partition, task !== undefined]),
    [
      [1, true],
      [2, false],
    ],
  )
  assert.equal([...consumer.owned()][0], kept)
  await fake.deliver('keys', 0, { keys: ['lost'] })
  await consumer.loadMissing()
  assert.deepStrictEqual(
    fake.told.map(([what, where]) => `${what} ${where}`),
    ['seek labels/2', 'seek keys/2', 'resume labels/2', 'resume keys/2'],
  )
})

test('a partition lost while it was loaded is not read', async () => {
  const { fake, consumer } = await startConsumer()
  fake.join(assignmentOf(1))
  const loading = consumer.loadMissing()
  fake.join(assignmentOf())
  await loading
  assert.deepStrictEqual([fake.told, [...consumer.owned()]], [[], []])
})

test('above its backlog a partition pauses, and goes on when half of it is done', async () => {
  const { fake, consumer } = await startConsumer()
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  fake.told.length = 0
  await fake.deliver('keys', 1, { keys: ['a', 'b', 'c', 'd'] })
  await fake.deliver('keys', 1, { keys: ['e'], from: 4 })
  consumer.resume()
  assert.deepStrictEqual(fake.told.splice(0), [
    ['resolve', 'keys/1', '3'],
    ['resolve', 'keys/1', '4'],
    ['pause', 'keys/1'],
  ])
  const [owned] = consumer.owned()
  owned!.takeInbox(Infinity)
  consumer.resume()
  consumer.resume()
  assert.deepStrictEqual(fake.told, [['resume', 'keys/1']])
})

test('a partition that must read on does not pause, whatever its backlog', async () => {
  const { fake, consumer } = await startConsumer()
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  fake.told.length = 0
  await fake.deliver('keys', 1, { keys: ['a', 'b', 'c', 'd', 'e'] })
  const [owned] = consumer.owned()
  owned!.mustRead = true
  consumer.resume()
  await fake.deliver('keys', 1, { keys: ['f'], from: 5 })
  assert.deepStrictEqual(
    fake.told.map(([what]) => what),
    ['resolve', 'pause', 'resume', 'resolve'],
  )
})

test('a checkpoint outside of what the log holds is HISTORY_LOST', async () => {
  for (const positions of [
    [1, 5],
    [13, 5],
  ]) {
    const { fake, consumer } = await startConsumer(await storeAt(positions))
    fake.join(assignmentOf(1))
    await assert.rejects(consumer.loadMissing(), {
      code: 'HISTORY_LOST',
      details: { topic: 'labels', wanted: positions[0], low: 2, high: 12 },
    })
  }
})

test('a stage that never ran begins with a log whose first records have expired', async () => {
  const { fake, consumer } = await startConsumer()
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  await fake.deliver('keys', 1, { keys: ['a'], from: 2 })
  assert.equal([...consumer.owned()][0]!.backlog, 1)
})

test('a partition of which nothing is stored, though the group has read it, is told as rebuilt', async () => {
  const { fake, told, consumer } = await startConsumer(undefined, { keys: 7 })
  fake.join(assignmentOf(1))
  await consumer.loadMissing()
  assert.deepStrictEqual(told.splice(0), [
    ['assigned', [1]],
    ['rebuild', 1, [2, 2]],
  ])
})

test('what is fetched for a partition that is not loaded is fetched once, not for ever', async () => {
  const { fake, consumer } = await startConsumer()
  fake.join(assignmentOf(1))
  await fake.deliver('keys', 1, { keys: ['a'] })
  consumer.resume()
  assert.deepStrictEqual(fake.told.splice(0), [['pause', 'keys/1']])
  await consumer.loadMissing()
  assert.deepStrictEqual(
    fake.told.map(([what]) => what),
    ['seek', 'seek', 'resume', 'resume'],
  )
})

test('the stored positions and the lag behind them are told for every input, and a stop leaves the group', async () => {
  const { fake, told, consumer } = await startConsumer(await storeAt([5, 7]))
  await consumer.reportPositions()
  fake.join(assignmentOf(1))
  await consumer.reportPositions()
  await consumer.loadMissing()
  await fake.deliver('keys', 1, { keys: ['a', 'b'], from: 7 })
  fake.told.length = 0
  await consumer.reportPositions()
  await consumer.stop()
  assert.deepStrictEqual(fake.told, [
    [
      'commit',
      [
        { topic: 'labels', partition: 1, offset: '5' },
        { topic: 'keys', partition: 1, offset: '7' },
      ],
    ],
    ['disconnect'],
  ])
  assert.deepStrictEqual(told, [
    ['assigned', [1]],
    ['lag', 'labels/1', 0],
    ['lag', 'keys/1', 12],
  ])
  assert.deepStrictEqual([...consumer.owned()], [])
})

test('a partition that is loaded while the client has left the group is sought when it has joined again', async () => {
  const { fake, consumer } = await startConsumer(await storeAt([5, 7]))
  fake.join(assignmentOf(1))
  fake.leave()
  await consumer.loadMissing()
  consumer.resume()
  assert.deepStrictEqual(fake.told, [])
  fake.join(assignmentOf(1))
  assert.deepStrictEqual(fake.told, [
    ['seek', 'labels/1', '5'],
    ['seek', 'keys/1', '7'],
  ])
})

test('a consumer that the client gave up is started again', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { fake, told, consumer } = await startConsumer()
  fake.crash({ error: new Error('passing'), restart: true })
  t.mock.timers.tick(10_000)
  assert.deepStrictEqual(fake.told, [])
  fake.crash({ error: Object.assign(new Error('late'), { type: 'ILLEGAL_GENERATION' }), restart: false })
  t.mock.timers.tick(10_000)
  await new Promise(resolve => setImmediate(resolve))
  assert.deepStrictEqual(fake.told.splice(0), [['subscribe', { topics: TOPICS, fromBeginning: true }]])
  fake.crash({ error: new Error('late again'), restart: false })
  await consumer.stop()
  t.mock.timers.tick(10_000)
  assert.deepStrictEqual([fake.told, told], [[['disconnect']], []])
})

test('a group that the brokers refuse is reported as crashed', async () => {
  const { fake, told } = await startConsumer()
  const cause = Object.assign(new Error('refused'), { type: 'GROUP_AUTHORIZATION_FAILED' })
  fake.crash({ error: new Error('final', { cause }), restart: false })
  assert.deepStrictEqual(told, [['crash', 'final']])
})
