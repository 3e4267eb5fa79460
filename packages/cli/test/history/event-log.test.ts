import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partitionOf } from '@millrace/core'
import { Completeness } from '../../src/history/completeness.ts'
import { collectEvents } from '../../src/history/entity-events.ts'
import { RepeatFilter } from '../../src/history/repeat-filter.ts'
import { MemoryLog } from './memory-log.ts'
import { bought, buyer, purchase, shop } from './shop.ts'

test('a record that a crash made again is told by its parent, partition by partition', () => {
  const filter = new RepeatFilter()
  const parent = { partition: 1, input: 0, via: 2, offset: 5 }
  const isRepeat = (partition: number, change: Partial<typeof parent>): boolean =>
    filter.isRepeat(partition, { ...parent, ...change })
  assert.deepStrictEqual(
    [
      isRepeat(0, {}),
      isRepeat(0, {}),
      isRepeat(0, { offset: 4 }),
      isRepeat(0, { offset: 7 }),
      isRepeat(0, { offset: 6 }),
      isRepeat(0, { via: 3, offset: 1 }),
      isRepeat(0, { partition: 2, offset: 1 }),
      isRepeat(1, { offset: 1 }),
    ],
    [false, true, true, false, true, false, false, false],
  )
})

test('events of the wanted entities come in the order in which they count', async () => {
  const at = (id: string, minutes: number) => ({ ...bought(minutes), id })
  const placed = [
    { event: at('late', 3), partition: 0 },
    { event: at('second partition', 2), partition: 1, raw: 0 },
    { event: at('second raw', 2), partition: 0, raw: 1 },
    { event: at('first', 2), partition: 0, raw: 0 },
    { event: at('as in the log', 2), partition: 0, raw: 0 },
    { event: bought(0, { by: 'another' }) },
  ]
  const log = new MemoryLog(new Map([[purchase, placed]]))
  const found = await collectEvents(log, shop, new Map([[buyer, new Set(['b'])]]))
  assert.deepStrictEqual(
    found
      .of(buyer, 'b')
      .get(purchase)!
      .map(({ id }) => id),
    ['first', 'as in the log', 'second raw', 'second partition', 'late'],
  )
  assert.deepStrictEqual(found.of(buyer, 'nobody'), new Map([[purchase, []]]))
  assert.deepStrictEqual(found.holdings, [
    { topic: 'shop.v1.purchase.clean', type: purchase, lost: 0, completeFrom: -Infinity },
  ])
})

test('a topic is complete from where the last of its shortened partitions begins', () => {
  const of = (...lows: readonly number[]): Completeness =>
    new Completeness(new Map(lows.map((low, partition) => [partition, { low, high: 9 }])))
  const shortened = of(4, 0, 2)
  assert.deepStrictEqual([shortened.lost, shortened.from], [6, Infinity])
  for (const [partition, time] of [
    [0, 30],
    [0, 20],
    [0, 40],
    [1, 90],
    [2, 10],
  ] as const)
    shortened.note(partition, time)
  assert.equal(shortened.from, 20)
  assert.deepStrictEqual([of(0, 0).lost, of(0, 0).from], [0, -Infinity])
})

test('of the first view on the route only the partitions of the wanted entities are read', async () => {
  const log = new MemoryLog(new Map([[purchase, []]]))
  log.partitions = 8
  await collectEvents(log, shop, new Map([[buyer, new Set(['b', 'c'])]]))
  const other = { ...buyer, name: 'other' }
  const views = [buyer, other]
  await collectEvents(log, { ...shop, views }, new Map([[other, new Set(['b'])]]))
  const numbers = ['b', 'c'].map(entity => partitionOf(entity, 8))
  assert.deepStrictEqual(log.asked, [numbers.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7]])
})
