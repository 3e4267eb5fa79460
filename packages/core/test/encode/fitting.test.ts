import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { fittingOf } from '../../src/encode/fitting.ts'
import type { TrainingValue } from '../../src/encode/fold.ts'
import {
  type Encoder,
  type FeatureKind,
  frequency,
  impute,
  minMaxScale,
  ordinal,
  power,
  quantileBins,
  robustScale,
  standardScale,
  target,
  uniformBins,
} from '../../src/index.ts'

const FITTED: readonly (readonly [Encoder, FeatureKind])[] = [
  [ordinal('x', { maxCategories: 4 }), 'text'],
  [ordinal('x', { maxCategories: 4 }), 'number'],
  [frequency('x'), 'text'],
  [target('x', { smoothing: 3, folds: 3 }), 'text'],
  [quantileBins('x', { bins: 4 }), 'number'],
  [uniformBins('x', { bins: 4 }), 'number'],
  [power('x'), 'number'],
  [minMaxScale('x'), 'number'],
  [standardScale('x'), 'number'],
  [robustScale('x'), 'number'],
  [impute('x', { with: 'mean' }), 'number'],
  [impute('x', { with: 'median' }), 'number'],
  [impute('x', { with: 'most-frequent' }), 'text'],
]

function randomEvent(random: SeededRandom, kind: FeatureKind): TrainingValue {
  const missing = random.chance(0.1)
  const text = random.pick(['a', 'b', 'c', 'd', 'e', 'f'])
  const number = random.pick([random.integer(-5, 5), random.next() * 100 - 20])
  return {
    value: kind === 'text' ? (missing ? null : text) : missing ? Number.NaN : number,
    fold: random.integer(0, 2 ** 32 - 1),
    outcome: random.pick([0, 1, null]),
  }
}

/** Equal but for the rounding of sums that were added up in another order. */
function assertSame(actual: unknown, expected: unknown): void {
  const rounded = (_: string, value: unknown): unknown =>
    typeof value === 'number' ? Number(value.toPrecision(10)) : value
  assert.deepStrictEqual(
    JSON.parse(JSON.stringify(actual, rounded)),
    JSON.parse(JSON.stringify(expected, rounded)),
  )
}

test('merged parts of a training window, in any order, teach what the whole does', async () => {
  await forEachSeed(20, random => {
    for (const [encoder, kind] of FITTED) {
      const fitting = fittingOf(encoder, kind)!
      const events = Array.from({ length: 60 }, () => randomEvent(random, kind))
      const parts = [fitting.init(), fitting.init(), fitting.init()]
      for (const event of events) fitting.add(random.pick(parts), event)
      const whole = fitting.init()
      for (const event of events) fitting.add(whole, event)
      const [a, b, c] = parts
      const before = JSON.stringify(fitting.finish(b))
      assertSame(fitting.finish(fitting.merge(a, fitting.merge(b, c))), fitting.finish(whole))
      assertSame(fitting.finish(fitting.merge(fitting.merge(c, b), a)), fitting.finish(whole))
      assert.equal(JSON.stringify(fitting.finish(b)), before)
    }
  })
})

test('what was learnt is the same after it was written as JSON and read', async () => {
  await forEachSeed(5, random => {
    for (const [encoder, kind] of FITTED) {
      const fitting = fittingOf(encoder, kind)!
      const state = fitting.init()
      for (let i = 0; i < 30; i++) fitting.add(state, randomEvent(random, kind))
      const learnt = fitting.finish(state)
      assert.deepStrictEqual(JSON.parse(JSON.stringify(learnt)), learnt)
    }
  })
})

test('nothing is learnt of a window without values', () => {
  const nothing: TrainingValue = { value: null, fold: 0, outcome: null }
  for (const [encoder, kind] of FITTED) {
    const fitting = fittingOf(encoder, kind)!
    const state = fitting.init()
    fitting.add(state, kind === 'text' ? nothing : { ...nothing, value: Number.NaN })
    assert.equal(fitting.finish(state), undefined, encoder.kind)
  }
})
