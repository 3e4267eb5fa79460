import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { batchOf } from '../record-batch/encoded-batch.ts'
import { FakeBrokers } from './fake-brokers.ts'
import { FakeReader, startFetcher } from './fake-reader.ts'
import type { Answer } from './fetch-wire.ts'

/** Values from an offset on, in a partition that ends at `end`. */
async function answerOf(place: string, values: string, from: number, end: number): Promise<Answer> {
  const [topic, partition] = place.split('/') as [string, string]
  const records = [...values].map(value => ({ value: Buffer.from(value) }))
  return {
    topic,
    partition: Number(partition),
    highWatermark: end,
    records: records.length === 0 ? Buffer.alloc(0) : await batchOf(records, { baseOffset: from }),
  }
}

test('each broker is asked for what it leads, and what it answers is handed over', async t => {
  const cluster = new FakeBrokers({ 'keys/0': 1, 'keys/1': 2, 'labels/0': 1 })
  const source = new FakeReader({ 'keys/0': 5, 'keys/1': 7, 'labels/0': 0 })
  startFetcher(t, { cluster, source })
  const first = await cluster.request(1)
  const second = await cluster.request(2)
  assert.deepEqual([first.asked, second.asked], [['keys/0@5', 'labels/0@0'], ['keys/1@7']])
  first.answer([await answerOf('keys/0', 'ab', 5, 20), await answerOf('labels/0', '', 0, 0)])
  const next = await cluster.request(1)
  assert.deepEqual(next.asked.toSorted(), ['keys/0@7', 'labels/0@0'])
  assert.deepEqual(source.told, [
    ['heard'],
    ['take', 'keys/0@5', 'ab', 7, 20],
    ['take', 'labels/0@0', '', 0, 0],
  ])
  next.answer([])
  second.answer([])
})

test('a broker that is silent does not hold up another', async t => {
  const cluster = new FakeBrokers({ 'keys/0': 1, 'keys/1': 2 })
  const source = new FakeReader({ 'keys/0': 0, 'keys/1': 0 })
  startFetcher(t, { cluster, source })
  const silent = await cluster.request(1)
  for (const [i, value] of [...'abc'].entries())
    (await cluster.request(2)).answer([await answerOf('keys/1', value, i, 9)])
  assert.deepEqual((await cluster.request(2)).asked, ['keys/1@3'])
  silent.answer([])
})

test('who has read to the end lets records gather once, and who is behind does not', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const cluster = new FakeBrokers({ 'keys/0': 1, 'keys/1': 1 })
  const source = new FakeReader({ 'keys/0': 0, 'keys/1': 0 })
  startFetcher(t, { cluster, source, lingerMs: 1_000 })
  const behind = [await answerOf('keys/0', 'a', 0, 1), await answerOf('keys/1', 'b', 0, 2)]
  ;(await cluster.request(1)).answer(behind)
  const atEnd = [await answerOf('keys/0', '', 1, 1), await answerOf('keys/1', 'c', 1, 2)]
  ;(await cluster.request(1)).answer(atEnd)
  assert.deepEqual(await cluster.untaken(), [])
  t.mock.timers.tick(1_000)
  const nothing = [await answerOf('keys/0', '', 1, 1), await answerOf('keys/1', '', 2, 2)]
  ;(await cluster.request(1)).answer(nothing)
  const atOnce = await cluster.request(1)
  assert.deepEqual(atOnce.asked.toSorted(), ['keys/0@1', 'keys/1@2'])
})

test('who is in no hurry rests when nothing has come', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const cluster = new FakeBrokers({ 'keys/0': 1 })
  const source = new FakeReader({ 'keys/0': 0 })
  startFetcher(t, { cluster, source, idleMs: 1_000 })
  ;(await cluster.request(1)).answer([await answerOf('keys/0', '', 0, 0)])
  assert.deepEqual(await cluster.untaken(), [])
  t.mock.timers.tick(1_000)
  assert.deepEqual((await cluster.request(1)).asked, ['keys/0@0'])
})

/** A fetcher that has been answered with records of one partition out of two, and waits for the other. */
async function startGathering(t: TestContext): Promise<{ cluster: FakeBrokers; source: FakeReader }> {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const cluster = new FakeBrokers({ 'keys/0': 1, 'keys/1': 1 })
  const source = new FakeReader({ 'keys/0': 0, 'keys/1': 0 })
  startFetcher(t, { cluster, source, gatherMs: 5 })
  ;(await cluster.request(1)).answer([
    await answerOf('keys/0', 'a', 0, 1),
    await answerOf('keys/1', '', 0, 0),
  ])
  return { cluster, source }
}

test('records of some partitions wait a moment for the others, and are handed over with them', async t => {
  const { cluster, source } = await startGathering(t)
  assert.deepEqual([await cluster.untaken(), source.arrivals], [[], 0])
  t.mock.timers.tick(5)
  const others = await cluster.request(1)
  assert.deepEqual([others.maxWaitMs, others.asked.toSorted()], [0, ['keys/0@1', 'keys/1@0']])
  others.answer([await answerOf('keys/0', '', 1, 1), await answerOf('keys/1', 'b', 0, 1)])
  const next = await cluster.request(1)
  assert.deepEqual([source.arrivals, next.asked.toSorted()], [1, ['keys/0@1', 'keys/1@1']])
})

test('where the others never come they are waited for no more', async t => {
  const { cluster, source } = await startGathering(t)
  for (let offset = 1; offset <= 8; offset++) {
    await cluster.untaken()
    t.mock.timers.tick(5)
    ;(await cluster.request(1)).answer([
      await answerOf('keys/0', '', offset, offset),
      await answerOf('keys/1', '', 0, 0),
    ])
    ;(await cluster.request(1)).answer([
      await answerOf('keys/0', 'a', offset, offset + 1),
      await answerOf('keys/1', '', 0, 0),
    ])
  }
  const next = await cluster.request(1)
  assert.deepEqual([source.arrivals, next.maxWaitMs > 0], [9, true])
})

test('records of all partitions are handed over at once', async t => {
  const cluster = new FakeBrokers({ 'keys/0': 1 })
  const source = new FakeReader({ 'keys/0': 0 })
  startFetcher(t, { cluster, source, gatherMs: 60_000 })
  ;(await cluster.request(1)).answer([await answerOf('keys/0', 'a', 0, 1)])
  assert.deepEqual((await cluster.request(1)).asked, ['keys/0@1'])
  assert.equal(source.arrivals, 1)
})

test('what was taken is handed over although the others cannot be asked for', async t => {
  const { cluster, source } = await startGathering(t)
  await cluster.untaken()
  t.mock.timers.tick(5)
  ;(await cluster.request(1)).fail(new Error('the connection broke'))
  await cluster.untaken()
  assert.equal(source.arrivals, 1)
})

test('an open transaction is an end like that of the log', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const cluster = new FakeBrokers({ 'keys/0': 1 })
  const source = new FakeReader({ 'keys/0': 0 })
  startFetcher(t, { cluster, source, lingerMs: 1_000 })
  const request = await cluster.request(1)
  request.answer([{ ...(await answerOf('keys/0', 'a', 0, 5)), lastStableOffset: 1 }])
  assert.deepEqual(await cluster.untaken(), [])
  assert.deepEqual(source.told.at(-1), ['take', 'keys/0@0', 'a', 1, 5])
})

test('without anything wanted it sleeps until it is woken', async t => {
  const cluster = new FakeBrokers({ 'keys/0': 1, 'keys/1': 1 })
  const source = new FakeReader({ 'keys/0': 0, 'keys/1': 0 })
  for (const place of ['keys/0', 'keys/1']) source.leftOut.add(place)
  const fetcher = startFetcher(t, { cluster, source })
  assert.deepEqual(await cluster.untaken(), [])
  source.leftOut.delete('keys/1')
  fetcher.wake()
  const request = await cluster.request(1)
  assert.deepEqual(request.asked, ['keys/1@0'])
  source.leftOut.add('keys/1')
  request.answer([])
  assert.deepEqual(await cluster.untaken(), [])
  source.leftOut.clear()
  fetcher.wake()
  assert.deepEqual((await cluster.request(1)).asked.toSorted(), ['keys/0@0', 'keys/1@0'])
})

test('a broker may hold a request for long only while nothing else may be wanted', async t => {
  const cluster = new FakeBrokers({ 'keys/0': 1, 'keys/1': 1 })
  const source = new FakeReader({ 'keys/0': 0, 'keys/1': 0 })
  source.leftOut.add('keys/1')
  startFetcher(t, { cluster, source })
  const short = await cluster.request(1)
  source.leftOut.clear()
  short.answer([])
  assert.deepEqual([short.maxWaitMs, (await cluster.request(1)).maxWaitMs], [20, 250])
})

test('each time another partition is asked for first', async t => {
  const cluster = new FakeBrokers({ 'keys/0': 1, 'keys/1': 1, 'keys/2': 1 })
  const source = new FakeReader({ 'keys/0': 0, 'keys/1': 0, 'keys/2': 0 })
  startFetcher(t, { cluster, source })
  const firsts: unknown[] = []
  for (let i = 0; i < 4; i++) {
    const request = await cluster.request(1)
    firsts.push(request.asked[0])
    request.answer([])
  }
  assert.deepEqual(firsts, ['keys/0@0', 'keys/1@0', 'keys/2@0', 'keys/0@0'])
})

test('a stop waits for the request under way, and hands nothing over after that', async t => {
  const cluster = new FakeBrokers({ 'keys/0': 1 })
  const source = new FakeReader({ 'keys/0': 0 })
  const fetcher = startFetcher(t, { cluster, source, lingerMs: 60_000 })
  const request = await cluster.request(1)
  let hasStopped = false
  const stopped = fetcher.stop().then(() => {
    hasStopped = true
  })
  await cluster.untaken()
  assert.equal(hasStopped, false)
  request.answer([await answerOf('keys/0', 'a', 0, 1)])
  await stopped
  fetcher.wake()
  assert.deepEqual([await cluster.untaken(), source.told], [[], []])
})
