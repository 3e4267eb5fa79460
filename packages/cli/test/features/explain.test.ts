import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EventValues, hours, ViewEngine } from '@millrace/core'
import { FeatureLookup } from '@millrace/platform/online'
import { describeExplanation, explanationJson } from '../../src/features/describe-explanation.ts'
import { explain } from '../../src/features/explain-feature.ts'
import { MemoryLog } from '../history/memory-log.ts'
import { bought, buyer, purchase, shop, T } from '../history/shop.ts'

/** What is answered of a buyer whose state holds `stored`, and whose topic holds `logged`. */
async function answer(
  feature: string,
  logged: readonly EventValues[],
  { lost = 0, stored = logged, erased = [] as readonly number[] } = {},
) {
  const engine = new ViewEngine(buyer, purchase)
  const state = engine.init()
  for (const event of stored) engine.add(state, purchase, event)
  const read = async () => [stored.length === 0 ? undefined : engine.encode(state)]
  const log = new MemoryLog(new Map([[purchase, logged.map(event => ({ event }))]]))
  log.lost = lost
  log.erased.set(
    'buyer',
    erased.map(minutes => ({ entity: 'b', time: T + minutes * 60_000 + 0.5 })),
  )
  const question = { view: buyer, feature, entity: 'b', time: T + hours(2) }
  return explain(shop, question, log, new FeatureLookup(shop, { read }))
}

test('an explanation has both values, and the part of every event up to then', async () => {
  const events = [
    bought(130, { isGift: true }),
    bought(60, { isGift: true }),
    bought(61, { isGift: true, price: 7 }),
    bought(70),
    bought(80, { isGift: true, price: null }),
    bought(90, { isGift: true, price: 3, by: 'another' }),
    bought(120, { isGift: true, price: 2 }),
  ]
  assert.deepStrictEqual(explanationJson(await answer('buyer_gifts_1h', events)), {
    view: 'buyer',
    feature: 'buyer_gifts_1h',
    entity: 'b',
    time: T + hours(2),
    served: { value: 12, truncated: false },
    recomputed: 9,
    incomplete: false,
    events: [
      { time: T + 60 * 60_000, id: 'p60', value: 5, part: 'outside' },
      { time: T + 61 * 60_000, id: 'p61', value: 7, part: 'counts' },
      { time: T + 70 * 60_000, id: 'p70', value: 5, part: 'filtered' },
      { time: T + 80 * 60_000, id: 'p80', value: null, part: 'no value' },
      { time: T + 120 * 60_000, id: 'p120', value: 2, part: 'counts' },
    ],
    topics: [{ topic: 'shop.v1.purchase.clean', lost: 0, completeFrom: null }],
  })
})

test('a table shows the events that count, the first and last of many, or all', async () => {
  const explained = await answer('buyer_count_1h', [bought(10), bought(70), bought(80), bought(90)])
  const head = [
    'buyer.buyer_count_1h (count over 1 hour) of buyer b at 2026-01-01T02:00:00.000Z',
    'served      3',
    'recomputed  3, from 3 of 4 events up to then',
    'event time                id   part',
  ]
  assert.deepStrictEqual(describeExplanation(explained, 1), [
    ...head,
    '2026-01-01T01:10:00.000Z  p70  counts',
    '… 1 more',
    '2026-01-01T01:30:00.000Z  p90  counts',
  ])
  assert.deepStrictEqual(describeExplanation(explained, 'all'), [
    ...head,
    '2026-01-01T00:10:00.000Z  p10  outside',
    '2026-01-01T01:10:00.000Z  p70  counts',
    '2026-01-01T01:20:00.000Z  p80  counts',
    '2026-01-01T01:30:00.000Z  p90  counts',
  ])
})

test('what the topic has lost is told, and whether the window reaches it', async () => {
  const told = async (...events: readonly EventValues[]): Promise<string> =>
    describeExplanation(await answer('buyer_count_1h', events, { lost: 7 }), 5).at(-1)!
  assert.equal(
    await told(bought(70)),
    'shop.v1.purchase.clean no longer holds its first 7 records; it is complete from 2026-01-01T01:10:00.000Z on: the recomputed value may lack some of them.',
  )
  assert.equal(
    await told(bought(50), bought(70)),
    'shop.v1.purchase.clean no longer holds its first 7 records; it is complete from 2026-01-01T00:50:00.000Z on: the window does not reach them.',
  )
  assert.match(
    await told(),
    /records; one of its partitions holds nothing: the recomputed value may lack some of them\.$/,
  )
})

test('events from before the entity was forgotten are told apart, and missing ones among them are not missed', async () => {
  const stored = [bought(90)]
  const events = [bought(10), bought(70), ...stored]
  const explained = await answer('buyer_count_1h', events, { stored, lost: 7, erased: [30, 70, 200] })
  assert.deepStrictEqual(describeExplanation(explained, 'all'), [
    'buyer.buyer_count_1h (count over 1 hour) of buyer b at 2026-01-01T02:00:00.000Z',
    'served      1',
    'recomputed  1, from 1 of 3 events up to then',
    'erased      2 of these events',
    'event time                id   part',
    '2026-01-01T00:10:00.000Z  p10  erased',
    '2026-01-01T01:10:00.000Z  p70  erased',
    '2026-01-01T01:30:00.000Z  p90  counts',
    'shop.v1.purchase.clean no longer holds its first 7 records; it is complete from 2026-01-01T00:10:00.000Z on: the window does not reach them.',
  ])
  const [, late] = events
  const incomplete = { lost: 7, stored, erased: [50] }
  const missing = await answer('buyer_count_1h', [late!, ...stored], incomplete)
  assert.equal(missing.isIncomplete, true)
  assert.equal(
    (await answer('buyer_count_1h', [late!, ...stored], { ...incomplete, erased: [75] })).isIncomplete,
    false,
  )
})

test('an entity that the store does not know is told apart from an empty value', async () => {
  const explained = await answer('buyer_count_1h', [bought(70)], { stored: [] })
  assert.deepStrictEqual(describeExplanation(explained, 5).slice(1, 3), [
    'served      nothing: the store does not know the entity',
    'recomputed  1, from 1 of 1 events up to then',
  ])
})
