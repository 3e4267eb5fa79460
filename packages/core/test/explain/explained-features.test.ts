import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainedFeatures } from '../../src/index.ts'
import { reasonPipeline } from './reason-pipeline.ts'

test('features are called by words made of their declaration', () => {
  const pipeline = reasonPipeline([
    'sales_36h',
    'mean_price_today',
    'returns_session',
    'large_yesterday',
    'price_before',
    'is_gift',
    'price_log',
    'price_by_sales',
  ])
  assert.deepStrictEqual(
    explainedFeatures(pipeline).map(({ code, words }) => [code, words]),
    [
      ['SALES_36H', 'count of sale events of the shop in 36 hours up to 1 day ago'],
      ['MEAN_PRICE_TODAY', 'mean of total price of the shop in the current window of 1 day'],
      ['RETURNS_SESSION', 'share of sale events where it was returned of the shop in the session'],
      ['LARGE_YESTERDAY', 'count of certain sale events of the shop in an earlier window of 1 day'],
      ['PRICE_BEFORE', 'total price 2 before the last of the shop in 7 days'],
      ['IS_GIFT', 'is gift'],
      ['PRICE_LOG', 'total price'],
      [
        'PRICE_BY_SALES',
        'product of total price and count of sale events of the shop in 36 hours up to 1 day ago',
      ],
    ],
  )
})

test('the columns of one category and of one cycle are one feature', () => {
  const pipeline = reasonPipeline([
    'country_FR',
    'hour_sin',
    'country_other',
    'country_DE',
    'hour_cos',
    'is_gift',
  ])
  assert.deepStrictEqual(explainedFeatures(pipeline), [
    {
      name: 'country',
      columns: [0, 2, 3],
      code: 'COUNTRY',
      words: 'country',
      categories: ['FR', null, 'DE'],
    },
    { name: 'hour', columns: [1, 4], code: 'HOUR', words: 'time within 1 day' },
    { name: 'is_gift', columns: [5], code: 'IS_GIFT', words: 'is gift' },
  ])
})

test('a declaration may name code and words', () => {
  const pipeline = reasonPipeline(['sales_36h', 'country_DE'], {
    sales_36h: { code: 'BUSY_SHOP', words: 'sales of the shop' },
    country_DE: { words: 'country of the buyer' },
  })
  assert.deepStrictEqual(
    explainedFeatures(pipeline).map(({ code, words }) => [code, words]),
    [
      ['BUSY_SHOP', 'sales of the shop'],
      ['COUNTRY', 'country of the buyer'],
    ],
  )
})

test('reasons that cannot be given are refused, each with its fault', () => {
  const declare = () =>
    reasonPipeline(['sales_36h', 'is_gift', 'price_log'], {
      sales_36h: { code: 'IS_GIFT' },
      is_gift: { words: ' ' },
      price_log: { code: 'price' },
      country_DE: {},
    })
  assert.throws(declare, {
    code: 'DECLARATION_INVALID',
    message: [
      'The pipeline cannot be used:',
      '- model "returns": the reason of "sales_36h": its code "IS_GIFT" is that of another one',
      '- model "returns": the reason of "is_gift": its words are empty: leave them out',
      '- model "returns": the reason of "price_log": its code "price" must be of capital letters, digits and _, starting with a letter',
      '- model "returns": the reason of "country_DE" is never given: it is none of the inputs',
    ].join('\n'),
  })
})
