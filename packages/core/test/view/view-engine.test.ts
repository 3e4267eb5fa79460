import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, naiveFeatures } from '@millrace/testkit'
import {
  ByteWriter,
  count,
  defineFeatureView,
  type EventValues,
  ViewEngine,
  type ViewState,
} from '../../src/index.ts'
import { tileSizeFor } from '../../src/window/tile-size.ts'
import { type ArrivedEvent, card, payment, randomEvents, refund } from './random-events.ts'

const engine = new ViewEngine(card, payment)

function featuresOf(
  of: ViewEngine,
  state: ViewState,
  time: number,
): { values: number[]; truncated: boolean } {
  const values: number[] = []
  const { truncated } = of.evaluate(state, time, values, 0)
  return { values, truncated }
}

function paymentAt(at: number, id = `p${at}`): EventValues {
  return { id, at, card: 'c', amount: 1, weight: 1, items: 1, online: true }
}

function stateOf(of: ViewEngine, times: readonly number[]): ViewState {
  const state = of.init()
  for (const time of times) of.add(state, payment, paymentAt(time))
  return state
}

test('features are those of a filter over all events, after every event and between events', async () => {
  await forEachSeed(100, random => {
    const state = engine.init()
    const arrived: ArrivedEvent[] = []
    for (const item of randomEvents(random, 120, 40)) {
      engine.add(state, item.source, item.event)
      arrived.push(item)
      for (const time of [
        item.time,
        engine.latestOf(state),
        engine.latestOf(state) + random.integer(0, 30),
      ]) {
        assert.deepStrictEqual(featuresOf(engine, state, time), {
          values: naiveFeatures(card, arrived, time, tileSizeFor),
          truncated: false,
        })
      }
    }
  })
})

test('what was pruned changes no value that does not say that it is truncated', async () => {
  await forEachSeed(100, random => {
    const state = engine.init()
    const arrived: ArrivedEvent[] = []
    let truncatedOnes = 0
    for (const item of randomEvents(random, 120, 150)) {
      engine.add(state, item.source, item.event)
      arrived.push(item)
      const time = engine.latestOf(state) - random.integer(0, 150)
      const { values, truncated } = featuresOf(engine, state, time)
      if (truncated) truncatedOnes++
      else assert.deepStrictEqual(values, naiveFeatures(card, arrived, time, tileSizeFor))
    }
    assert.ok(truncatedOnes > 0)
  })
})

test('a window includes its end and excludes its start, also with an offset', () => {
  const view = defineFeatureView({
    name: 'windows',
    entity: 'card',
    sources: [payment],
    features: { near: count(payment, { window: 10 }), far: count(payment, { window: 10, offset: 100 }) },
  })
  const windows = new ViewEngine(view, payment)
  const state = stateOf(windows, [1_000])
  const at = (time: number): number[] => featuresOf(windows, state, time).values
  assert.deepStrictEqual(
    [at(999), at(1_000), at(1_009), at(1_010)],
    [
      [0, 0],
      [1, 0],
      [1, 0],
      [0, 0],
    ],
  )
  assert.deepStrictEqual(
    [at(1_099), at(1_100), at(1_109), at(1_110)],
    [
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ],
  )
})

test('sums of money are exact', () => {
  const state = engine.init()
  for (let i = 0; i < 10; i++) engine.add(state, payment, { ...paymentAt(1_000, `p${i}`), amount: 0.1 })
  const sumAt = engine.featureNames.indexOf('sum_20')
  assert.equal(featuresOf(engine, state, 1_000).values[sumAt], 1)
})

test('a state is the same after encoding and decoding, after every event', async () => {
  await forEachSeed(40, random => {
    let state = engine.init()
    const kept = engine.init()
    for (const { source, event } of randomEvents(random, 80, 60)) {
      engine.add(state, source, event)
      engine.add(kept, source, event)
      const bytes = engine.encode(state)
      state = engine.decode(bytes)
      assert.deepStrictEqual(engine.encode(state), bytes)
      assert.deepStrictEqual(bytes, engine.encode(kept))
      const times = [engine.latestOf(state), engine.latestOf(state) - 30, engine.latestOf(state) + 9]
      assert.deepStrictEqual(
        times.map(time => featuresOf(engine, state, time)),
        times.map(time => featuresOf(engine, kept, time)),
      )
    }
  })
})

test('of an entity with more events than a state keeps, the ids of the newest are known', () => {
  const view = defineFeatureView({
    name: 'hot',
    entity: 'card',
    sources: [payment],
    features: { near: count(payment, { window: 1_000 }) },
    maxEntries: 50,
  })
  const hot = new ViewEngine(view, payment)
  const state = stateOf(
    hot,
    Array.from({ length: 5_000 }, (_, time) => time),
  )
  const known = Array.from({ length: 100 }, (_, i) => hot.includes(state, paymentAt(4_900 + i)))
  assert.deepStrictEqual(known, [...Array(50).fill(false), ...Array(50).fill(true)])
  assert.ok(hot.encode(state).length <= hot.maxStateBytes)
})

test('a state of another codec version is refused', () => {
  const bytes = engine.encode(stateOf(engine, [1_000]))
  bytes[0] = 3
  const unknown = { code: 'STATE_VERSION_UNKNOWN', details: { version: 3 } }
  assert.throws(() => engine.decode(bytes), unknown)
  assert.throws(() => engine.peek(bytes), unknown)
})

test('a state that was cut off is refused, and one that announces more than it has takes no memory for it', () => {
  const bytes = engine.encode(stateOf(engine, [1_000, 2_000, 3_000]))
  for (let end = 1; end < bytes.length; end++)
    assert.throws(() => engine.decode(bytes.subarray(0, end)), RangeError)
  const writer = new ByteWriter()
  writer.byte(2)
  writer.time(3_000)
  writer.varint(2 ** 45)
  assert.throws(() => engine.decode(writer.finish()), /announce/)
  // What was read last, and in part, leaves nothing behind.
  assert.deepStrictEqual(engine.encode(engine.decode(bytes)), bytes)
})

test('an evaluation does not change the state', () => {
  const state = stateOf(engine, [1_000, 1_001, 1_001])
  const before = engine.encode(state)
  for (const time of [0, 1_000, 1_001, 9_999, Infinity]) featuresOf(engine, state, time)
  assert.deepStrictEqual(engine.encode(state), before)
})

test('features are written where they are wanted', () => {
  const out = [7, 7]
  const { newest } = engine.evaluate(stateOf(engine, [1_000]), 1_002, out, 1)
  assert.deepStrictEqual([out.length, out[0], out[1], newest], [1 + engine.featureNames.length, 7, 1, 1_000])
})

test('the newest entry is the newest at or before the evaluation', () => {
  const state = stateOf(engine, [1_000, 1_005])
  const newestAt = (time: number): number | null => engine.evaluate(state, time, [], 0).newest
  assert.deepStrictEqual([newestAt(999), newestAt(1_004), newestAt(1_005)], [null, 1_000, 1_005])
  assert.equal(engine.evaluate(engine.init(), 1_000, [], 0).newest, null)
})

test('every feature has the time of the newest event of its source', () => {
  const state = stateOf(engine, [1_000, 1_005])
  engine.add(state, refund, { id: 'r', at: 1_003, card: 'c', amount: 1, granted: true })
  const sources = Object.values(card.features).map(({ source }) => source)
  assert.deepStrictEqual(
    engine.featureTimes(state, 1_004),
    sources.map(source => (source === payment ? 1_000 : 1_003)),
  )
  assert.deepStrictEqual(
    engine.featureTimes(state, 1_002),
    sources.map(source => (source === payment ? 1_000 : null)),
  )
})

test('an event that was handled is known for the declared time, another at the same time is not it', () => {
  const state = engine.init()
  const handled = paymentAt(1_000, 'known')
  engine.add(state, payment, handled)
  assert.equal(engine.includes(state, handled), true)
  assert.equal(engine.includes(state, paymentAt(1_000, 'other')), false)
  assert.equal(engine.includes(state, paymentAt(1_001, 'known')), false)

  engine.add(state, payment, paymentAt(1_030))
  assert.equal(engine.includes(state, handled), true)
  engine.add(state, payment, paymentAt(1_031))
  assert.equal(engine.includes(state, handled), false)
})
