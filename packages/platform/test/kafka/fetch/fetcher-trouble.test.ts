import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchOf } from '../record-batch/encoded-batch.ts'
import { FakeBrokers } from './fake-brokers.ts'
import { FakeReader, startFetcher } from './fake-reader.ts'

const OUT_OF_RANGE = 1
const UNKNOWN_TOPIC = 3
const NOT_LEADER = 6
const NOT_AUTHORIZED = 29
const FIRST_BACKOFF_MS = 100

const place = { topic: 'keys', partition: 0 }

test('a leader that has moved is asked for, and the records of other partitions count all the same', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const cluster = new FakeBrokers({ 'keys/0': 1, 'keys/1': 1 })
  const source = new FakeReader({ 'keys/0': 0, 'keys/1': 0 })
  startFetcher(t, { cluster, source })
  cluster.onRefresh = () => cluster.leaders.set('keys/0', 2)
  const records = await batchOf([{ value: Buffer.from('a') }])
  const request = await cluster.request(1)
  request.answer([
    { ...place, errorCode: NOT_LEADER },
    { topic: 'keys', partition: 1, highWatermark: 1, records },
  ])
  assert.deepEqual(await cluster.untaken(), [])
  t.mock.timers.tick(FIRST_BACKOFF_MS)
  assert.deepEqual((await cluster.request(2)).asked, ['keys/0@0'])
  assert.deepEqual((await cluster.request(1)).asked, ['keys/1@1'])
  assert.deepEqual(source.told, [['heard'], ['take', 'keys/1@0', 'a', 1, 1]])
})

test('a lost connection is tried again after growing pauses, for ever, and then at once', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const cluster = new FakeBrokers({ 'keys/0': 1 })
  const source = new FakeReader({ 'keys/0': 0 })
  startFetcher(t, { cluster, source })
  cluster.onRefresh = () => {
    throw new Error('nobody is there')
  }
  const lost = Object.assign(new Error('closed'), { name: 'KafkaJSConnectionClosedError' })
  for (const pause of [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]) {
    ;(await cluster.request(1)).fail(lost)
    assert.deepEqual(await cluster.untaken(), [])
    t.mock.timers.tick(pause - 1)
    assert.deepEqual(await cluster.untaken(), [])
    t.mock.timers.tick(1)
  }
  ;(await cluster.request(1)).answer([place])
  ;(await cluster.request(1)).fail(lost)
  await cluster.untaken()
  t.mock.timers.tick(FIRST_BACKOFF_MS)
  assert.equal((await cluster.request(1)).asked.length, 1)
  assert.deepEqual([cluster.refreshes, source.told.at(-1)], [9, ['take', 'keys/0@0', '', 0, 0]])
})

test('an offset that the log does not hold is told, and asked for again after a pause', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const cluster = new FakeBrokers({ 'keys/0': 1 })
  const source = new FakeReader({ 'keys/0': 9 })
  startFetcher(t, { cluster, source })
  ;(await cluster.request(1)).answer([{ ...place, errorCode: OUT_OF_RANGE, highWatermark: -1 }])
  assert.deepEqual(await cluster.untaken(), [])
  assert.deepEqual(source.told, [['heard'], ['outOfRange', 'keys/0@9']])
  t.mock.timers.tick(FIRST_BACKOFF_MS)
  assert.deepEqual((await cluster.request(1)).asked, ['keys/0@9'])
})

test('a topic that is missing, and trouble of the request as a whole, are waited for', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const cluster = new FakeBrokers({ 'keys/0': 1 })
  const source = new FakeReader({ 'keys/0': 0 })
  startFetcher(t, { cluster, source })
  ;(await cluster.request(1)).answer([{ ...place, errorCode: UNKNOWN_TOPIC }])
  await cluster.untaken()
  t.mock.timers.tick(FIRST_BACKOFF_MS)
  ;(await cluster.request(1)).answer([], 70)
  await cluster.untaken()
  t.mock.timers.tick(2 * FIRST_BACKOFF_MS)
  assert.deepEqual((await cluster.request(1)).asked, ['keys/0@0'])
  assert.equal(cluster.refreshes, 2)
})

test('what the brokers refuse, and what cannot be read, ends the reading', async t => {
  const damaged = await batchOf([{ value: Buffer.from('a') }])
  damaged[16] = 1
  const refusal = Object.assign(new Error('no'), { type: 'SASL_AUTHENTICATION_FAILED' })
  const troubles = [
    { code: 'BROKER_REFUSED', meet: request => request.answer([{ ...place, errorCode: NOT_AUTHORIZED }]) },
    { code: 'BROKER_REFUSED', meet: request => request.fail(refusal) },
    { code: 'LOG_UNREADABLE', meet: request => request.answer([{ ...place, records: damaged }]) },
  ] satisfies { code: string; meet: (request: Awaited<ReturnType<FakeBrokers['request']>>) => void }[]
  for (const { code, meet } of troubles) {
    const cluster = new FakeBrokers({ 'keys/0': 1 })
    const source = new FakeReader({ 'keys/0': 0 })
    const fetcher = startFetcher(t, { cluster, source })
    meet(await cluster.request(1))
    await cluster.untaken()
    fetcher.wake()
    assert.deepEqual([await cluster.untaken(), source.told.at(-1)], [[], ['fail', code]])
  }
})

test('a partition without a leader is read as soon as it has one', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const cluster = new FakeBrokers({ 'keys/1': 1 })
  const source = new FakeReader({ 'keys/0': 0, 'keys/1': 0 })
  const fetcher = startFetcher(t, { cluster, source })
  assert.deepEqual((await cluster.request(1)).asked, ['keys/1@0'])
  fetcher.wake()
  await cluster.untaken()
  assert.equal(cluster.refreshes, 1)
  cluster.onRefresh = () => cluster.leaders.set('keys/0', 2)
  t.mock.timers.tick(500)
  assert.deepEqual((await cluster.request(2)).asked, ['keys/0@0'])
  assert.equal(cluster.refreshes, 2)
})
