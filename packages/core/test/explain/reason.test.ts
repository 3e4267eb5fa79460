import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileReasons, explainedFeatures, type ShapleyValues } from '../../src/index.ts'
import { reasonPipeline } from './reason-pipeline.ts'

const inputs = [
  'sales_36h',
  'is_gift',
  'price_before',
  'country_FR',
  'country_DE',
  'hour_sin',
  'hour_cos',
] as const
const features = explainedFeatures(reasonPipeline(inputs, { sales_36h: { code: 'BUSY', words: 'sales' } }))
/** Sales 1 to 9, no gifts, a price that is mostly missing. */
const BACKGROUND = Array.from({ length: 9 }, (_, i) => [i + 1, 0, i < 7 ? Number.NaN : i, 1, 0, 0, 1])
const reasonsOf = compileReasons(features, BACKGROUND)

function valuesOf(
  contributions: readonly number[],
  standardErrors = contributions.map(() => 0),
): ShapleyValues {
  return { score: 0.5, baseline: 0.1, contributions, standardErrors, evaluations: 1 }
}

test('the largest contributions are the reasons, with their direction, in words', () => {
  const vector = [9, 1, Number.NaN, 0, 1, 0.5, 0.5]
  assert.deepStrictEqual(reasonsOf(vector, valuesOf([0.3, 0, -0.05, 0.2, -0.4]), 3), [
    {
      code: 'HOUR',
      feature: 'hour',
      words: 'time within 1 day',
      value: null,
      usual: null,
      contribution: -0.4,
      direction: 'lowers',
    },
    {
      code: 'BUSY',
      feature: 'sales_36h',
      words: 'sales is high',
      value: 9,
      usual: 5,
      contribution: 0.3,
      direction: 'raises',
    },
    {
      code: 'COUNTRY',
      feature: 'country',
      words: 'country is DE',
      value: 'DE',
      usual: null,
      contribution: 0.2,
      direction: 'raises',
    },
  ])
})

test('a contribution that may be due to sampling or rounding is no reason', () => {
  const reasons = reasonsOf(
    [9, 1, 0, 0, 0, 0, 0],
    valuesOf([0.3, 0.031, 0.029, 1e-17, 0], [0, 0.01, 0.01, 0, 0]),
    9,
  )
  assert.deepStrictEqual(
    reasons.map(({ feature }) => feature),
    ['sales_36h', 'is_gift'],
  )
})

test('a value is worded by its place among those of the background', () => {
  const wordsOf = (vector: readonly number[], place: number) => {
    const contributions = features.map((_, i) => (i === place ? 1 : 0))
    return reasonsOf(vector, valuesOf(contributions), 1)[0]!.words
  }
  const sales = (value: number) => wordsOf([value, 0, 0, 0, 0, 0, 0], 0)
  assert.deepStrictEqual([1, 2, 3, 5, 7, 8, Number.NaN].map(sales), [
    'sales is low',
    'sales is low',
    'sales is ordinary',
    'sales is ordinary',
    'sales is ordinary',
    'sales is high',
    'sales is missing',
  ])
  const gift = (value: number) => wordsOf([0, value, 0, 0, 0, 0, 0], 1)
  assert.deepStrictEqual([0, 1, 2].map(gift), ['is gift: no', 'is gift: yes', 'is gift is high'])
  const country = (fr: number, de: number) => wordsOf([0, 0, 0, fr, de, 0, 0], 3)
  assert.deepStrictEqual([country(1, 0), country(0, 0)], ['country is FR', 'country is not FR or DE'])
})
