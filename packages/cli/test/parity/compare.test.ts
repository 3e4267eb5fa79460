import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventValues, VectorRecord } from '@millrace/core'
import { forEachSeed } from '@millrace/testkit'
import { collectEvents } from '../../src/history/entity-events.ts'
import { compareLogged, type Selection } from '../../src/parity/compare-logged.ts'
import { compareRequested, entitiesOf, isNewest } from '../../src/parity/compare-requested.ts'
import { describeParity } from '../../src/parity/describe-parity.ts'
import { differencesOf, vectorKey } from '../../src/parity/vector-row.ts'
import { MemoryLog, vectorOf } from '../history/memory-log.ts'
import { bought, buyer, purchase, shop, T } from '../history/shop.ts'

const ALL: Selection = { from: -Infinity, to: Infinity, sample: 1, tolerance: 0 }

function keyOf({ id, at }: EventValues): string {
  return vectorKey(id, at as number)
}

/** Compares vectors of purchases at these minutes, logged and recomputed. */
function compare(
  logged: readonly VectorRecord[],
  other: ReadonlyMap<string, readonly number[]>,
  given = ALL,
) {
  return compareLogged(shop, new MemoryLog(new Map(), logged).vectors(), other, given, 2)
}

test('values differ by more than the tolerance; a missing one equals a missing one alone', () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const [logged, other] = [
    [1, Number.NaN, 0, Number.NaN, 2],
    [1, Number.NaN, -0, 3, 2.5],
  ]
  const d = { name: 'd', logged: Number.NaN, other: 3 }
  assert.deepStrictEqual(differencesOf(names, logged, other, 0), [d, { name: 'e', logged: 2, other: 2.5 }])
  assert.deepStrictEqual(differencesOf(names, logged, other, 0.5), [d])
})

test('of many vectors that differ the first are kept, and all are counted', async () => {
  const events = [1, 2, 3, 4].map(at => bought(at))
  const logged = events.map(event => vectorOf(event, [0, 1, 0]))
  const other = new Map(events.map((event, i) => [keyOf(event), [0, i === 0 ? 1 : 2, 0]]))
  const { compared, differing, mismatches } = await compare(logged, other)
  assert.deepStrictEqual([compared, differing], [4, 3])
  assert.deepStrictEqual(
    mismatches,
    events.slice(1, 3).map(event => ({
      event,
      differences: [{ name: 'buyer_count_1h', logged: 1, other: 2 }],
    })),
  )
})

test('vectors without an event, and events without a vector, are told apart', async () => {
  const logged = [bought(1), bought(2)].map(event => vectorOf(event, [0, 1, 0]))
  const other = new Map([bought(2), bought(3), bought(4)].map(event => [keyOf(event), [0, 1, 0]]))
  const { compared, differing, unexplained, unlogged } = await compare(logged, other)
  assert.deepStrictEqual(
    { compared, differing, unexplained, unlogged },
    {
      ...{ compared: 1, differing: 0, unexplained: 1, unlogged: 2 },
    },
  )
})

test('only what is selected by time and share is compared, and a larger share has the smaller one in it', async () => {
  const events = Array.from({ length: 500 }, (_, at) => bought(at))
  const logged = events.map(event => vectorOf(event, [0, 1, 0]))
  const other = new Map(events.map(event => [keyOf(event), [0, 1, 0]]))
  const compared = async (given: Partial<Selection>) =>
    (await compare(logged, other, { ...ALL, ...given })).compared
  assert.equal(await compared({ from: T + 60_000, to: T + 180_000 }), 2)
  assert.deepStrictEqual([await compared({ sample: 0 }), await compared({ sample: 1 })], [0, 500])
  await forEachSeed(10, async random => {
    const sample = random.next()
    const share = (await compared({ sample })) / 500
    assert.ok(Math.abs(share - sample) < 0.12, `${share} of ${sample}`)
    assert.ok((await compared({ sample: sample / 2 })) <= share * 500)
  })
})

test('a request is compared where its event is the newest of every entity', async () => {
  const events = [bought(1), bought(2), bought(3, { by: 'c' }), bought(3, { by: 'd' })]
  events[3] = { ...events[3]!, id: 'tie', buyer: 'c' }
  const vectors = events.map(event => vectorOf(event, [0, 1, 0]))
  const { last } = await compare(vectors, new Map())
  assert.deepStrictEqual(
    last.map(({ event }) => event['id']),
    ['tie', 'p2'],
  )
  const log = new MemoryLog(new Map([[purchase, events.map(event => ({ event }))]]))
  const collected = await collectEvents(log, shop, entitiesOf(shop, events))
  assert.deepStrictEqual(
    vectors.map(vector => isNewest(shop, vector, collected)),
    [false, true, false, false],
  )
  log.erased.set('buyer', [{ entity: 'b', time: T + 150_000.5 }])
  const afterwards = await collectEvents(log, shop, entitiesOf(shop, events))
  assert.equal(isNewest(shop, vectors[1]!, afterwards), false, 'what was forgotten since is not known')
})

test('a mismatch is printed with both values and the events behind the value', async () => {
  const event = bought(70, { isGift: true })
  const vector = vectorOf(event, [1, 2, Number.NaN])
  const clean = [bought(5), bought(20), event].map(event => ({ event }))
  const collected = await collectEvents(
    new MemoryLog(new Map([[purchase, clean]])),
    shop,
    new Map([[buyer, new Set(['b'])]]),
  )
  const logged = await compare([vector], new Map([[keyOf(event), [1, 2, 5]]]))
  const requested = await compareRequested(
    shop,
    [vector],
    async () => ({ is_gift: 0, buyer_count_1h: 2, buyer_gifts_1h: null }),
    0,
  )
  const report = { logged, requested, collected, lost: 0, comparableFrom: -Infinity }
  assert.deepStrictEqual(describeParity(shop, report, 10), [
    'purchase p70 at 2026-01-01T01:10:00.000Z',
    'input           logged   recomputed',
    'buyer_gifts_1h  missing  5',
    'buyer_gifts_1h of buyer b: made of',
    '  event time                id   price  part',
    '  2026-01-01T01:10:00.000Z  p70  5      counts',
    '',
    'purchase p70 at 2026-01-01T01:10:00.000Z',
    'input    logged  requested',
    'is_gift  1       0',
    'is_gift: on demand',
    '',
    'logged = recomputed: 1 vectors compared, 1 differ.',
    'logged = requested: 1 vectors compared, 1 differ.',
  ])
})
