import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, naiveFeatures, SeededRandom } from '@millrace/testkit'
import { RELATIVE_ERROR } from '../../src/aggregate/dd-sketch.ts'
import {
  type Aggregation,
  type DeclaredWindow,
  defineFeatureView,
  type FeatureValue,
  type FeatureView,
  ViewEngine,
  type ViewState,
} from '../../src/index.ts'
import { tileSizeFor } from '../../src/window/tile-size.ts'
import {
  everyAggregation,
  everyWindow,
  FLOWS,
  type Reading,
  randomReadings,
  reading,
  readingAt,
} from './every-aggregation.ts'

/** What the digits beyond a double's may change in a quotient of sums. */
const ROUNDING = 1e-8
const CLOSE: readonly Aggregation['kind'][] = ['variance', 'standard-deviation', 'decayed-mean', 'slope']

function viewOf(windows: ReturnType<typeof everyWindow>, maxEntries: number): FeatureView {
  const features = Object.entries(windows).flatMap(([windowName, window]) =>
    Object.entries(everyAggregation(window)).map(([name, aggregation]) => [
      `${name}_${windowName}`,
      aggregation,
    ]),
  )
  return defineFeatureView({
    name: 'machine',
    entity: 'machine',
    sources: [reading],
    features: Object.fromEntries(features),
    maxEntries,
  })
}

const VIEWS: Readonly<Record<string, FeatureView>> = {
  'exact windows': viewOf(everyWindow('exact'), 10_000),
  'exact windows whose oldest events are in tiles': viewOf(everyWindow('exact'), 9),
  'tiled windows': viewOf(everyWindow('tiled'), 10_000),
}

function valuesOf(engine: ViewEngine, state: ViewState, time: number): FeatureValue[] | 'truncated' {
  const values: FeatureValue[] = []
  return engine.evaluate(state, time, values, 0).truncated ? 'truncated' : values
}

function assertFeatures(
  view: FeatureView,
  actual: readonly FeatureValue[],
  expected: readonly FeatureValue[],
): void {
  Object.entries(view.features).forEach(([name, { kind }], i) => {
    const [a, b] = [actual[i]!, expected[i]!]
    if (typeof a !== 'number' || !(Math.abs(a - (b as number)) <= toleranceOf(kind, b as number)))
      assert.ok(Object.is(a, b) || a === b, `${name}: ${a} is not ${b}`)
  })
}

/** How far a number may be from its definition. */
function toleranceOf(kind: Aggregation['kind'], value: number): number {
  if (kind === 'quantile') return 1.0001 * RELATIVE_ERROR * Math.abs(value)
  return CLOSE.includes(kind) ? ROUNDING * (1 + Math.abs(value)) : 0
}

for (const [viewName, view] of Object.entries(VIEWS)) {
  for (const [flowName, flow] of Object.entries(FLOWS)) {
    test(`${viewName} equal their definitions on events ${flowName}`, async () => {
      const engine = new ViewEngine(view, reading)
      let compared = 0
      await forEachSeed(3, random => {
        let state = engine.init()
        const handled: Reading[] = []
        for (const item of randomReadings(random, 120, flow)) {
          engine.add(state, item.source, item.event)
          handled.push(item)
          if (random.chance(0.1)) state = engine.decode(engine.encode(state))
          const time = random.pick([
            item.time,
            engine.latestOf(state),
            engine.latestOf(state) + random.integer(0, 60),
          ])
          const values = valuesOf(engine, state, time)
          if (values === 'truncated') continue
          assertFeatures(view, values, naiveFeatures(view, handled, time, tileSizeFor))
          compared++
        }
      })
      assert.ok(compared > 50, `only ${compared} evaluations were not truncated`)
    })
  }
}

test('a state is the same after encoding and decoding, whatever is aggregated', async () => {
  await forEachSeed(3, random => {
    for (const view of Object.values(VIEWS)) {
      const engine = new ViewEngine(view, reading)
      const state = engine.init()
      for (const { source, event } of randomReadings(random, 60, FLOWS['out of order, within the grace']!)) {
        engine.add(state, source, event)
        const bytes = engine.encode(state)
        assert.ok(bytes.length <= engine.maxStateBytes)
        const copy = engine.decode(bytes)
        assert.deepStrictEqual(engine.encode(copy), bytes)
        assert.deepStrictEqual(
          valuesOf(engine, copy, engine.latestOf(state)),
          valuesOf(engine, state, engine.latestOf(state)),
        )
      }
    }
  })
})

test('a borrowed or peeked state is as the decoded one, whatever was borrowed or peeked at before', async () => {
  const flow = FLOWS['out of order, within the grace']!
  await forEachSeed(5, random => {
    for (const view of Object.values(VIEWS)) {
      const engine = new ViewEngine(view, reading)
      const states = [engine.init(), engine.init(), engine.init()]
      for (let step = 0; step < 6; step++) {
        const state = random.pick(states)
        for (const { source, event } of randomReadings(random, random.integer(1, 60), flow))
          engine.add(state, source, event)
        const bytes = engine.encode(random.pick(states))
        const decoded = engine.decode(bytes)
        const time =
          engine.latestOf(decoded) === Number.NEGATIVE_INFINITY
            ? 0
            : engine.latestOf(decoded) + random.integer(0, 60)
        const expected = valuesOf(engine, decoded, time)
        const times = engine.featureTimes(decoded, time)
        const peeked = engine.peek(bytes)
        assert.deepStrictEqual(valuesOf(engine, peeked, time), expected)
        assert.deepStrictEqual(engine.featureTimes(peeked, time), times)

        const borrowed = engine.decodeBriefly(bytes)
        engine.decode(engine.encode(random.pick(states)))
        for (const { source, event } of randomReadings(random, random.integer(0, 20), flow)) {
          engine.add(borrowed, source, event)
          engine.add(decoded, source, event)
        }
        assert.deepStrictEqual(engine.encode(borrowed), engine.encode(decoded))
      }
    }
  })
})

test('100,000 events in one millisecond take no more memory than the bound, and none is forgotten', () => {
  const random = new SeededRandom(7)
  const { count, sum_big, sum_money, last, distinct, min } = everyAggregation({ window: 60 })
  const features = { count, sum_big, sum_money, last, distinct, min } as Record<string, Aggregation>
  const view = defineFeatureView({
    name: 'burst',
    entity: 'machine',
    sources: [reading],
    features,
    maxEntries: 50,
    recentIds: 0,
  })
  const engine = new ViewEngine(view, reading)
  const state = engine.init()
  const handled = Array.from({ length: 100_000 }, (_, i) => readingAt(random, i, 1_767_225_600_000))
  for (const { source, event } of handled) engine.add(state, source, event)
  const cents = handled.reduce((total, { event }) => total + Math.round(Number(event['cost']) * 100), 0)
  assert.deepStrictEqual(valuesOf(engine, state, engine.latestOf(state)), [
    100_000,
    Number(handled.reduce((total, { event }) => total + BigInt(event['big'] as number), 0n)),
    cents / 100,
    handled.at(-1)!.event['state'],
    4,
    Math.min(...handled.map(({ event }) => event['level'] as number)),
  ])
  assert.ok(engine.encode(state).length < 1_000_000)
})

test('the largest state is within its bound, and the bound does not grow with the rate', () => {
  const random = new SeededRandom(3)
  const withWindow = (window: DeclaredWindow): FeatureView =>
    defineFeatureView({
      name: 'machine',
      entity: 'machine',
      sources: [reading],
      features: everyAggregation(window) as Record<string, Aggregation>,
      maxEntries: 20,
    })
  for (const window of [{ window: 240 }, { window: 240, precision: 'tiled' }] as const) {
    const engine = new ViewEngine(withWindow(window), reading)
    const state = engine.init()
    let largest = 0
    for (let i = 0; i < 20_000; i++) {
      const { source, event } = readingAt(random, i, 1_767_225_600_000 + Math.floor(i / 30))
      engine.add(state, source, { ...event, state: `state ${random.integer(0, 5_000)}` })
      if (i % 500 === 499) largest = Math.max(largest, engine.encode(state).length)
    }
    assert.ok(largest <= engine.maxStateBytes, `${largest} of ${engine.maxStateBytes}`)
  }
})
