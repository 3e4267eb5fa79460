import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { Rows } from '../../src/window/rows.ts'

/** A time, a number that is kept as it is, and two totals. */
const LAYOUT = { width: 4, totals: 2 }
const PLAIN = 1
const TOTALS = [2, 3]

/** The same as plain arrays, with each row's own share of the totals. */
class Oracle {
  rows: number[][] = []

  countUpTo(time: number): number {
    return this.rows.filter(row => row[0]! <= time).length
  }

  insert(index: number, time: number, plain: number): void {
    this.rows.splice(index, 0, [time, plain, 0, 0])
  }

  joinNext(index: number): void {
    const [first, second] = this.rows.splice(index, 2)
    const totals = TOTALS.map(place => first![place]! + second![place]!)
    this.rows.splice(index, 0, [first![0]!, second![PLAIN]!, ...totals])
  }
}

function change(rows: Rows, oracle: Oracle, random: SeededRandom): void {
  const { length } = oracle.rows
  const any = random.integer(0, Math.max(0, length - 1))
  const kind = length === 0 ? 0 : random.integer(0, 9)
  if (kind <= 3) {
    const [time, plain] = [random.integer(0, 40), random.next()]
    const index = oracle.countUpTo(time)
    rows.insert(index, time)
    rows.set(index, PLAIN, plain)
    oracle.insert(index, time, plain)
  } else if (kind <= 6) {
    const [place, value] = [random.pick(TOTALS), random.integer(-1_000, 1_000)]
    rows.add(any, place, value)
    oracle.rows[any]![place]! += value
  } else if (kind === 7 && any < length - 1) {
    rows.joinNext(any)
    oracle.joinNext(any)
  } else if (kind === 8) {
    const n = random.integer(0, random.pick([1, 3, length]))
    rows.removeFirst(Math.min(n, length))
    oracle.rows.splice(0, n)
  } else if (random.chance(0.05)) {
    rows.clear()
    oracle.rows = []
  }
}

function assertSame(rows: Rows, oracle: Oracle, random: SeededRandom): void {
  const { length } = oracle.rows
  const held = Array.from({ length: rows.length }, (_, i) => [
    rows.timeAt(i),
    rows.at(i, PLAIN),
    ...TOTALS.map(place => rows.sum(place, i, i + 1)),
  ])
  assert.deepStrictEqual(held, oracle.rows)
  const time = random.integer(-1, 41)
  assert.equal(rows.countUpTo(time), oracle.countUpTo(time))
  const [start, end] = [random.integer(0, length), random.integer(0, length)]
  for (const place of TOTALS) {
    const sum = oracle.rows.slice(start, end).reduce((total, row) => total + row[place]!, 0)
    assert.equal(rows.sum(place, start, end), sum)
  }
}

test('rows are a sorted list of their numbers, through insertions, additions, joins and removals', async () => {
  await forEachSeed(100, random => {
    const rows = new Rows(LAYOUT)
    const oracle = new Oracle()
    for (let i = 0; i < 200; i++) {
      change(rows, oracle, random)
      assertSame(rows, oracle, random)
    }
  })
})
