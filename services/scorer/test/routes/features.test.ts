import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { days, type EventType, type EventValues, hours, minutes } from '@millrace/core'
import { forEachSeed } from '@millrace/testkit'
import { registerFeatureRoutes } from '../../src/routes/features/feature-routes.ts'
import { buildApp } from './fake-scoring.ts'
import { finding, lookupOver, NOW, paid, payment } from './lookup-pipeline.ts'

type Events = readonly (readonly [EventType, EventValues])[]

function serve(t: TestContext, events: Events = [], maxEntities = 5) {
  const { app } = buildApp(t)
  const { lookup, reads } = lookupOver(events)
  registerFeatureRoutes(app, { lookup, clock: { now: () => NOW }, maxEntities })
  const post = async (body: unknown) => {
    const payload = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    const response = await app.inject({ method: 'POST', url: '/v1/features', body: payload })
    return { status: response.statusCode, body: response.json() }
  }
  const get = async (path: string) => {
    const response = await app.inject(`/v1/features/${path}`)
    return { status: response.statusCode, body: response.json() }
  }
  return { post, get, reads }
}

const HISTORY: Events = [
  [payment, paid(NOW - hours(2), { amount: 20 })],
  [payment, paid(NOW - minutes(30), { amount: 35.5, items: 3 })],
  [finding, { paymentId: 'f1', at: NOW - days(2), shop: 7, bad: true }],
  [finding, { paymentId: 'f2', at: NOW - days(1), shop: 7, bad: false }],
]

const standing = (eventTime: number, freshness: number) => ({
  eventTime,
  age: NOW - eventTime,
  fresh: NOW - eventTime <= freshness,
})
const NEVER = { eventTime: null, age: null, fresh: false }

test('the features of entities of several views come in one answer, after one read of the store', async t => {
  const { post, reads } = serve(t, HISTORY)
  const ofCard = standing(NOW - minutes(30), hours(1))
  assert.deepStrictEqual(await post({ views: { card: ['C1', 'C2'], shop: [7] } }), {
    status: 200,
    body: {
      asOf: NOW,
      views: {
        card: {
          freshness: hours(1),
          entities: [
            {
              entity: 'C1',
              found: true,
              truncated: false,
              features: {
                card_count_1d: { value: 2, ...ofCard },
                card_mean_amount_1d: { value: 27.75, ...ofCard },
                card_items_1d: { value: 4, ...ofCard },
              },
            },
            {
              entity: 'C2',
              found: false,
              truncated: false,
              features: {
                card_count_1d: { value: 0, ...NEVER },
                card_mean_amount_1d: { value: 0, ...NEVER },
                card_items_1d: { value: 0, ...NEVER },
              },
            },
          ],
        },
        shop: {
          freshness: days(1),
          entities: [
            {
              entity: 7,
              found: true,
              truncated: false,
              features: { shop_risk_7d: { value: 0.5, ...standing(NOW - days(1), days(1)) } },
            },
          ],
        },
      },
    },
  })
  assert.deepStrictEqual(reads, [3])
})

test('one entity is asked for by its path', async t => {
  const { get } = serve(t, HISTORY)
  assert.deepStrictEqual(await get('card/C1?features=card_count_1d'), {
    status: 200,
    body: {
      asOf: NOW,
      view: 'card',
      freshness: hours(1),
      entity: 'C1',
      found: true,
      truncated: false,
      features: { card_count_1d: { value: 2, ...standing(NOW - minutes(30), hours(1)) } },
    },
  })
  assert.deepStrictEqual((await get('shop/7')).body.features.shop_risk_7d.value, 0.5)
})

test('features are as of a given time: later events do not count, and ages end there', async t => {
  const { post, get } = serve(t, HISTORY)
  const asOf = NOW - hours(1)
  for (const given of [asOf, '2025-01-01T11:00:00Z', '2025-01-01T12:00:00.000+01:00']) {
    const { body } = await post({ views: { card: ['C1'] }, features: ['card_count_1d'], asOf: given })
    assert.deepStrictEqual(body.asOf, asOf)
    assert.deepStrictEqual(body.views.card.entities[0].features, {
      card_count_1d: {
        value: 1,
        eventTime: NOW - hours(2),
        age: hours(1),
        fresh: true,
      },
    })
  }
  const before = await get(`card/C1?asOf=${NOW - hours(3)}`)
  assert.deepStrictEqual([before.body.found, before.body.features.card_count_1d.value], [false, 0])
})

test('a value is fresh up to the objective and not beyond it', async t => {
  const { get } = serve(t, [[payment, paid(NOW)]])
  const freshAt = async (asOf: number) =>
    (await get(`card/C1?asOf=${asOf}`)).body.features.card_count_1d.fresh
  assert.deepStrictEqual([await freshAt(NOW + hours(1)), await freshAt(NOW + hours(1) + 1)], [true, false])
})

test('a time before what is kept is told as truncated', async t => {
  const { get } = serve(t, [
    [payment, paid(NOW - days(10))],
    [payment, paid(NOW)],
  ])
  const truncatedAt = async (asOf: number) => (await get(`card/C1?asOf=${asOf}`)).body.truncated
  assert.deepStrictEqual([await truncatedAt(NOW), await truncatedAt(NOW - days(10) + 1)], [false, true])
})

test('entities are named as events name them: cleaned, as text or as a whole number', async t => {
  const { post } = serve(t, [...HISTORY, [payment, paid(NOW - 1, { card: '12' })]])
  const { body } = await post({ views: { card: [' c1 ', 12, '12'], shop: ['7'] } })
  const found = [...body.views.card.entities, ...body.views.shop.entities].map(({ entity, found }) => [
    entity,
    found,
  ])
  assert.deepStrictEqual(found, [
    [' c1 ', true],
    [12, true],
    ['12', true],
    ['7', true],
  ])
})

test('what is counted is what a filter over the events counts, at any time that is kept', async t => {
  let compared = 0
  await forEachSeed(10, async random => {
    const times = Array.from({ length: 60 }, () => NOW - random.integer(0, days(3))).sort((a, b) => a - b)
    const events = times.map((at, i) => paid(at, { paymentId: `p${i}`, card: `C${random.integer(1, 3)}` }))
    const { post } = serve(
      t,
      events.map(event => [payment, event] as const),
    )
    for (let i = 0; i < 5; i++) {
      const asOf = NOW - random.integer(0, hours(6))
      const { body } = await post({ views: { card: ['C1', 'C2', 'C3'] }, asOf })
      for (const { entity, truncated, features } of body.views.card.entities) {
        if (truncated) continue
        const ofCard = events.filter(({ card, at }) => card === entity && Number(at) <= asOf)
        const counted = ofCard.filter(({ at }) => Number(at) > asOf - days(1))
        const { value, eventTime } = features.card_count_1d
        assert.equal(value, counted.length)
        if (value > 0) assert.equal(eventTime, counted.at(-1)!['at'])
        compared++
      }
    }
  })
  assert.ok(compared > 0)
})

const REFUSED: readonly (readonly [string, unknown, number, string])[] = [
  ['a body that is no JSON', '{"views"', 400, 'The body is no JSON.'],
  ['a list', [], 400, 'The body must be an object with "views".'],
  [
    'no views',
    { views: {} },
    400,
    '"views" must give, by the name of a feature view, a list of its entities.',
  ],
  [
    'entities that are no list',
    { views: { card: 'C1' } },
    400,
    'The entities of a feature view must be a list.',
  ],
  [
    'an entity that is none',
    { views: { shop: ['x'] } },
    400,
    'An entity of the feature view "shop" is no shop.',
  ],
  ['an empty entity', { views: { card: [' '] } }, 400, 'An entity of the feature view "card" is no card.'],
  [
    'an entity that is null',
    { views: { card: [null] } },
    400,
    'An entity of the feature view "card" is no card.',
  ],
  [
    'an unknown view',
    { views: { till: [1] } },
    404,
    'The feature view is unknown: this pipeline has card, shop.',
  ],
  [
    'an unknown feature',
    { views: { card: ['C1'] }, features: ['shop_risk_7d'] },
    404,
    'A feature is unknown, or its feature view is not asked for.',
  ],
  [
    'features that are no list',
    { views: { card: ['C1'] }, features: 'x' },
    400,
    '"features" must be a list of names.',
  ],
  [
    'a time without a zone',
    { views: { card: ['C1'] }, asOf: '2025-01-01T12:00:00' },
    400,
    '"asOf" must be a time: epoch milliseconds, or ISO 8601 text with a zone.',
  ],
  [
    'too many entities',
    { views: { card: ['1', '2', '3'], shop: [1, 2, 3] } },
    413,
    'The request asks for more than 5 entities: ask in parts.',
  ],
]

for (const [name, body, status, error] of REFUSED) {
  test(`${name} is refused with ${status}, and the store is not asked`, async t => {
    const { post, reads } = serve(t, HISTORY)
    assert.deepStrictEqual([await post(body), reads], [{ status, body: { error } }, []])
  })
}

test('a path with an unknown view, entity, time or feature is refused', async t => {
  const { get } = serve(t, HISTORY)
  const paths = ['till/1', 'shop/x', 'card/C1?asOf=noon', 'card/C1?asOf=1&asOf=2', 'card/C1?features=x']
  const statuses = await Promise.all(paths.map(async path => (await get(path)).status))
  assert.deepStrictEqual(statuses, [404, 400, 400, 400, 404])
})
