import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { days, type EventType, type EventValues, hours, MillraceError, seconds } from '@millrace/core'
import { FeatureLookup } from '@millrace/platform/online'
import { registerFeastRoutes } from '../../src/routes/feast/feast-routes.ts'
import { buildApp } from './fake-scoring.ts'
import { finding, lookupOver, NOW, paid, payment, pipeline } from './lookup-pipeline.ts'

type Events = readonly (readonly [EventType, EventValues])[]

function serve(t: TestContext, events: Events = [], lookup?: FeatureLookup) {
  const { app, health } = buildApp(t)
  const history = lookupOver(events)
  const clock = { now: () => NOW }
  const publisher = { push: async () => {} }
  registerFeastRoutes(app, {
    pipeline,
    lookup: lookup ?? history.lookup,
    health,
    clock,
    publisher,
    maxEntities: 6,
    maxRows: 3,
  })
  const post = (body: unknown) =>
    app.inject({ method: 'POST', url: '/get-online-features', body: Buffer.from(JSON.stringify(body)) })
  return { app, health, post, reads: history.reads }
}

const EPOCH = '1970-01-01T00:00:00Z'
const TWO_HOURS_AGO = '2025-01-01T10:00:00Z'
const HISTORY: Events = [
  [payment, paid(NOW - hours(2), { amount: 20, items: 3 })],
  [finding, { paymentId: 'f1', at: NOW - seconds(1.5), shop: 7, bad: true }],
]

test('features of several views come in columns, beside those of the entity keys', async t => {
  const { post, reads } = serve(t, HISTORY)
  const response = await post({
    features: ['card:card_mean_amount_1d', 'shop:shop_risk_7d', 'card:card_count_1d', 'card:card_items_1d'],
    entities: { card: ['C1', 'c2'], shop: [7, 8] },
  })
  assert.deepStrictEqual(response.json(), {
    metadata: {
      feature_names: [
        'card',
        'shop',
        'card_mean_amount_1d',
        'shop_risk_7d',
        'card_count_1d',
        'card_items_1d',
      ],
    },
    results: [
      column(['C1', 'c2'], ['PRESENT', 'PRESENT'], [EPOCH, EPOCH]),
      column([7, 8], ['PRESENT', 'PRESENT'], [EPOCH, EPOCH]),
      column([20, null], ['PRESENT', 'NOT_FOUND'], [TWO_HOURS_AGO, EPOCH]),
      column([1, null], ['PRESENT', 'NOT_FOUND'], ['2025-01-01T11:59:58.500Z', EPOCH]),
      column([1, null], ['PRESENT', 'NOT_FOUND'], [TWO_HOURS_AGO, EPOCH]),
      column([3, null], ['PRESENT', 'NOT_FOUND'], [TWO_HOURS_AGO, EPOCH]),
    ],
  })
  assert.equal(response.headers['content-type'], 'application/json; charset=utf-8')
  assert.deepStrictEqual(reads, [4])
})

function column(values: unknown[], statuses: string[], timestamps: string[]) {
  return { values, statuses, event_timestamps: timestamps }
}

test('a whole double has a decimal point, an integer has none', async t => {
  const { post } = serve(t, HISTORY)
  const { body } = await post({
    features: ['card:card_mean_amount_1d', 'card:card_items_1d'],
    entities: { card: ['C1'] },
  })
  assert.deepStrictEqual(
    [...body.matchAll(/"values":\[([^\]]*)\]/g)].map(match => match[1]),
    ['"C1"', '20.0', '3'],
  )
})

test('a value older than the ttl of its view is outside of its maximum age', async t => {
  const ask = { features: ['card:card_count_1d'], entities: { card: ['C1'] } }
  const statusAt = async (at: number) =>
    (await serve(t, [[payment, paid(at)]]).post(ask)).json().results[1].statuses
  assert.deepStrictEqual(await statusAt(NOW - days(3)), ['PRESENT'])
  assert.deepStrictEqual(await statusAt(NOW - days(3) - 1), ['OUTSIDE_MAX_AGE'])
})

test('the feature service is the model: its inputs that are kept in views', async t => {
  const { post } = serve(t, HISTORY)
  const response = await post({
    feature_service: 'fraud',
    entities: { card: ['C1'], shop: [7] },
    full_feature_names: true,
    include_feature_view_version_metadata: true,
  })
  assert.deepStrictEqual(response.json().metadata, {
    feature_names: ['card', 'shop', 'shop__shop_risk_7d', 'card__card_count_1d'],
    feature_view_metadata: [{ name: 'shop' }, { name: 'card' }],
  })
})

const CARD = { features: ['card:card_count_1d'], entities: { card: ['C1'] } }

const REFUSED: readonly (readonly [string, unknown, number, string, string])[] = [
  [
    'an unknown view',
    { ...CARD, features: ['till:x'] },
    404,
    'FeatureViewNotFoundException',
    'A feature view does not exist: this pipeline has card, shop.',
  ],
  [
    'an unknown service',
    { feature_service: 'x', entities: { card: ['C1'] } },
    404,
    'FeatureServiceNotFoundException',
    'The feature service does not exist: this pipeline has fraud.',
  ],
  [
    'an unknown feature',
    { ...CARD, features: ['card:x'] },
    422,
    'SpecifiedFeaturesNotPresentError',
    'A feature does not exist: card has card_count_1d, card_mean_amount_1d, card_items_1d.',
  ],
  [
    'a missing join key',
    { ...CARD, entities: { shop: [1] } },
    422,
    'RequestDataNotFoundInEntityRowsException',
    'card needs the join key card.',
  ],
  [
    'a feature without its view',
    { ...CARD, features: ['card_count_1d'] },
    422,
    'FeastError',
    'Give "features", a list of "view:feature", or "feature_service".',
  ],
  [
    'columns of different length',
    { ...CARD, entities: { card: ['C1'], shop: [1, 2] } },
    422,
    'FeastError',
    'The columns of "entities" must be lists of the same length.',
  ],
  ['no entities', { features: [] }, 422, 'FeastError', 'Give "entities", lists by join key.'],
  [
    'an entity of the wrong kind',
    { features: ['shop:shop_risk_7d'], entities: { shop: ['x'] } },
    422,
    'FeastError',
    'A value is no shop of shop.',
  ],
  ['a list', [], 422, 'FeastError', 'Give "entities", lists by join key.'],
  [
    'too many entities',
    { ...CARD, entities: { card: Array(7).fill('C1') } },
    413,
    'FeastError',
    'The request asks for more than 6 entities: ask in parts.',
  ],
]

for (const [name, body, status, feastClass, message] of REFUSED) {
  test(`${name} is refused with ${status} and a ${feastClass}, as a text that holds JSON`, async t => {
    const { post } = serve(t, HISTORY)
    const response = await post(body)
    const detail = JSON.parse(response.json())
    assert.deepStrictEqual(
      [response.statusCode, detail],
      [status, { module: 'feast.errors', class: feastClass, message }],
    )
  })
}

test('a store that does not answer is a 503 that is worth a retry', async t => {
  const failure = new MillraceError('STORE_UNAVAILABLE', 'Redis does not answer.')
  const { post } = serve(t, [], new FeatureLookup(pipeline, { read: () => Promise.reject(failure) }))
  const response = await post(CARD)
  assert.deepStrictEqual([response.statusCode, response.headers['retry-after']], [503, '1'])
  assert.equal(JSON.parse(response.json()).message, 'Redis does not answer.')
})

test('the health is that of the service, without a body', async t => {
  const { app, health } = serve(t)
  const ask = async () => {
    const { statusCode, body } = await app.inject('/health')
    return [statusCode, body]
  }
  assert.deepStrictEqual(await ask(), [200, ''])
  health.ready('redis', false, 'lost')
  assert.deepStrictEqual(await ask(), [503, ''])
})
