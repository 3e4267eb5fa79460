import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  type Encoder,
  frequency,
  impute,
  minMaxScale,
  oneHot,
  ordinal,
  polynomial,
  power,
  quantileBins,
  robustScale,
  standardScale,
  target,
  uniformBins,
} from '../../src/index.ts'
import { encode, fitted, type Sale } from './encode-events.ts'

/** Written by scikit_learn.py; it says with which versions. */
const golden = JSON.parse(readFileSync(new URL('scikit-learn.json', import.meta.url), 'utf8'))
const numbers: readonly Sale[] = golden.x.map((x: number, i: number) => ({ x, y: golden.y[i] }))
const labelled: readonly Sale[] = golden.categories.map((channel: string, i: number) => ({
  id: `s${i}`,
  at: 0,
  channel,
  won: golden.outcomes[i],
}))
const asked: readonly Sale[] = golden.asked.map((channel: string) => ({ channel }))

function assertClose(actual: readonly number[], expected: readonly number[], tolerance = 1e-12): void {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, i) => {
    const distance = Math.abs(value - expected[i]!)
    assert.ok(
      distance <= tolerance * Math.max(1, Math.abs(expected[i]!)),
      `${i}: ${value}, not ${expected[i]}`,
    )
  })
}

function assertColumn(encoder: Encoder, expected: readonly number[], tolerance?: number): void {
  assertClose(encode({ encoded: encoder }, numbers, numbers).flat(), expected, tolerance)
}

test('scaling is that of StandardScaler, MinMaxScaler and RobustScaler', () => {
  assertColumn(standardScale('x'), golden.standard)
  assertColumn(minMaxScale('x', { low: -1, high: 1 }), golden.minMax)
  assertColumn(robustScale('x', { low: 0.1, high: 0.9 }), golden.robust)
})

test('the power transform and its lambda are those of PowerTransformer', () => {
  const { encoders } = fitted({ encoded: power('x') }, numbers).fitted!
  assertClose([(encoders['encoded'] as { lambda: number }).lambda], [golden.power.lambda], 1e-6)
  assertColumn(power('x', { lambda: golden.power.lambda }), golden.power.values)
})

test('bins are those of KBinsDiscretizer', () => {
  for (const [encoder, { edges, values }] of [
    [quantileBins('x', { bins: 5 }), golden.quantileBins],
    [uniformBins('x', { bins: 5 }), golden.uniformBins],
  ] as const) {
    const { encoders } = fitted({ encoded: encoder }, numbers).fitted!
    assertClose((encoders['encoded'] as { readonly edges: readonly number[] }).edges, edges)
    assertColumn(encoder, values)
  }
})

test('terms of the second degree are those of PolynomialFeatures', () => {
  const { x_squared, y_squared, x_x_y } = polynomial(['x', 'y'])
  const rows = encode({ x_squared, x_x_y, y_squared }, numbers)
  assertClose(rows.flat(), golden.polynomial.flat())
})

test('imputed values are those of SimpleImputer', () => {
  const holed = numbers.map(({ x }, i) => (i % 7 === 0 || x === undefined ? {} : { x }))
  const features = {
    mean: impute('x', { with: 'mean' }),
    median: impute('x', { with: 'median' }),
    most_frequent: impute('x', { with: 'most-frequent' }),
  }
  const { mean, median, most_frequent } = golden.imputed
  assertClose(encode(features, [{}], holed)[0]!, [mean, median, most_frequent])
})

test('categories are encoded as by OrdinalEncoder, OneHotEncoder, TargetEncoder, and shares as by pandas', () => {
  const one = (encoder: Encoder) => encode({ encoded: encoder }, asked, labelled).flat()
  assert.deepStrictEqual(one(ordinal('channel')), golden.ordinal)
  assert.deepStrictEqual(encode(oneHot('channel', { categories: ['web', 'pos'] }), asked), golden.oneHot)
  assertClose(one(target('channel', { smoothing: 10 })), golden.target)
  assertClose(one(frequency('channel')), golden.frequency)
})
