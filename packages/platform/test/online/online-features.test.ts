import assert from 'node:assert/strict'
import { test } from 'node:test'
import { days, type EventType, type EventValues, hours, MillraceError, ViewEngine } from '@millrace/core'
import { OnlineFeatures, type OnlineVector } from '../../src/online/online-features.ts'
import type { StateReader, StateRequest } from '../../src/online/state-reader.ts'
import { finding, payment, pipeline } from './pipeline.ts'

const NOON = Date.UTC(2025, 0, 1, 12)

function paid(paymentId: string, at: number, amount = 10, card = 'c1', shop = 's1'): EventValues {
  return { paymentId, at, card, shop, amount }
}

/** The states that the builder stages would have after these events, and the reads that were asked for. */
function stored(events: readonly (readonly [EventType, EventValues])[]) {
  const states = new Map<string, Uint8Array>()
  for (const view of pipeline.views) {
    const engine = new ViewEngine(view, pipeline.scored)
    for (const [source, event] of events.filter(([type]) => view.sources.includes(type))) {
      const key = `${view.name}/${event[view.entity]}`
      const bytes = states.get(key)
      const state = bytes === undefined ? engine.init() : engine.decode(bytes)
      engine.add(state, source, event)
      states.set(key, engine.encode(state))
    }
  }
  const reads: (readonly StateRequest[])[] = []
  const reader: StateReader = {
    read: async requests => {
      reads.push(requests)
      return requests.map(({ view, entity }) => states.get(`${view}/${entity}`))
    },
  }
  return { online: new OnlineFeatures(pipeline, reader), reads }
}

async function one(online: OnlineFeatures, event: EventValues): Promise<OnlineVector> {
  const [vector] = await online.compute([event])
  return vector!
}

test('the first event of its entities is its own history', async () => {
  const { online, reads } = stored([])
  assert.deepStrictEqual(await one(online, paid('p1', NOON, 12.5)), {
    vector: [12.5, 0, 1, 12.5, 1, 1],
    features: {
      amount: 12.5,
      shop_risk_1d: 0,
      card_count_1d: 1,
      card_mean_amount_1d: 12.5,
      shop_count_1d: 1,
      over_mean: 1,
    },
    featureTimes: { card: NOON, shop: NOON },
    featureAges: { card: null, shop: null },
    truncated: false,
  })
  assert.deepStrictEqual(reads, [
    [
      { view: 'card', entity: 'c1' },
      { view: 'shop', entity: 's1' },
    ],
  ])
})

test('histories of several entities and sources are counted with the event itself', async () => {
  const { online } = stored([
    [payment, paid('p1', NOON - hours(2), 20)],
    [payment, paid('p2', NOON - hours(1), 40, 'c2')],
    [finding, { paymentId: 'p0', at: NOON - 1, shop: 's1', bad: true }],
  ])
  const { vector } = await one(online, paid('p3', NOON, 10))
  assert.deepStrictEqual(vector, [10, 1, 2, 15, 3, 10 / 15])
})

test('windows slide on to the time of the event: start exclusive, end inclusive', async () => {
  const events = [paid('at the start', NOON - days(1)), paid('just within', NOON - days(1) + 1)]
  const { online } = stored(events.map(event => [payment, event] as const))
  const { features } = await one(online, paid('p', NOON))
  assert.equal(features['card_count_1d'], 2)
})

test('an event that came through the stream meanwhile is not counted twice', async () => {
  const event = paid('p1', NOON, 30)
  const { online } = stored([[payment, event]])
  const { features } = await one(online, event)
  assert.deepStrictEqual([features['card_count_1d'], features['card_mean_amount_1d']], [1, 30])
})

test('an event tied in time with another is still counted', async () => {
  const { online } = stored([[payment, paid('p1', NOON, 30)]])
  const { features } = await one(online, paid('p2', NOON, 10))
  assert.deepStrictEqual([features['card_count_1d'], features['card_mean_amount_1d']], [2, 20])
})

test('an event with the id of another and a time of its own is counted', async () => {
  const { online } = stored([[payment, paid('p1', NOON - 1, 30)]])
  const { features } = await one(online, paid('p1', NOON, 10))
  assert.equal(features['card_count_1d'], 2)
})

test('an event older than what came through the stream is computed as of its own time', async () => {
  const { online } = stored([
    [payment, paid('p1', NOON - hours(1), 20)],
    [payment, paid('p2', NOON + hours(1), 90)],
  ])
  const { features, featureTimes } = await one(online, paid('late', NOON, 10))
  assert.deepStrictEqual(
    [features['card_count_1d'], features['card_mean_amount_1d'], featureTimes['card']],
    [2, 15, NOON],
  )
})

test('events beyond the kept bound count on, in tiles', async () => {
  const events = [3, 2, 1].map(n => paid(`p${n}`, NOON - n))
  const { online } = stored([...events, paid('p4', NOON)].map(event => [payment, event] as const))
  const { features, truncated } = await one(online, paid('p0', NOON))
  assert.deepStrictEqual({ seen: features['shop_count_1d'], truncated }, { seen: 5, truncated: false })
})

test('what is older than is kept is told as truncated', async () => {
  const { online } = stored([NOON, NOON + days(3)].map(at => [payment, paid(`p${at}`, at)] as const))
  assert.equal((await one(online, paid('p0', NOON))).truncated, true)
})

test('a reader that fails makes the computation fail', async () => {
  const failure = new MillraceError('STORE_UNAVAILABLE', 'Silent.')
  const online = new OnlineFeatures(pipeline, { read: () => Promise.reject(failure) })
  await assert.rejects(online.compute([paid('p1', NOON)]), failure)
})
