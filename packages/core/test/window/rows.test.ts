import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import type { Memory } from '../../src/window/memory.ts'
import { MemoryLayout } from '../../src/window/memory-layout.ts'
import type { Rows } from '../../src/window/rows.ts'

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

function change(rows: Rows, memory: Memory, oracle: Oracle, random: SeededRandom): void {
  const { length } = oracle.rows
  const any = random.integer(0, Math.max(0, length - 1))
  const kind = length === 0 ? 0 : random.integer(0, 9)
  if (kind <= 3) {
    const [time, plain] = [random.integer(0, 40), random.next()]
    const index = oracle.countUpTo(time)
    rows.insert(memory, index, time)
    rows.set(memory, index, PLAIN, plain)
    oracle.insert(index, time, plain)
  } else if (kind <= 6) {
    const [place, value] = [random.pick(TOTALS), random.integer(-1_000, 1_000)]
    rows.add(memory, any, place, value)
    oracle.rows[any]![place]! += value
  } else if (kind === 7 && any < length - 1) {
    rows.joinNext(memory, any)
    oracle.joinNext(any)
  } else if (kind === 8) {
    const n = random.integer(0, random.pick([1, 3, length]))
    rows.removeFirst(memory, Math.min(n, length))
    oracle.rows.splice(0, n)
  }
}

function assertSame(rows: Rows, memory: Memory, oracle: Oracle, random: SeededRandom): void {
  const { length } = oracle.rows
  const held = Array.from({ length: rows.length(memory) }, (_, i) => [
    rows.timeAt(memory, i),
    rows.at(memory, i, PLAIN),
    ...TOTALS.map(place => rows.sum(memory, place, i, i + 1)),
  ])
  assert.deepStrictEqual(held, oracle.rows)
  const time = random.integer(-1, 41)
  assert.equal(rows.countUpTo(memory, time), oracle.countUpTo(time))
  const [start, end] = [random.integer(0, length), random.integer(0, length)]
  for (const place of TOTALS) {
    const sum = oracle.rows.slice(start, end).reduce((total, row) => total + row[place]!, 0)
    assert.equal(rows.sum(memory, place, start, end), sum)
  }
}

test('the lists of a memory are sorted lists of their numbers, each by itself, through all that changes them', async () => {
  await forEachSeed(100, random => {
    const layout = new MemoryLayout()
    const lists = Array.from({ length: 3 }, () => ({ rows: layout.rows(LAYOUT), oracle: new Oracle() }))
    const memory = layout.init()
    const untouched = structuredClone(layout.init())
    for (let i = 0; i < 400; i++) {
      const { rows, oracle } = random.pick(lists)
      change(rows, memory, oracle, random)
      for (const list of lists) assertSame(list.rows, memory, list.oracle, random)
    }
    assert.deepStrictEqual(layout.init(), untouched)
  })
})

test('a memory that was read takes what its lists hold and room for some rows, and goes on by itself', async () => {
  await forEachSeed(100, random => {
    const layout = new MemoryLayout()
    const lists = Array.from({ length: 3 }, () => ({ rows: layout.rows(LAYOUT), oracle: new Oracle() }))
    for (let i = 0; i < 10; i++) {
      const lengths = lists.map(() => random.integer(0, random.pick([3, 60])))
      const memory = layout.read(into => {
        for (const [l, { rows, oracle }] of lists.entries()) readInto(rows, into, oracle, lengths[l]!, random)
      })
      const largest = lengths.reduce((sum, length) => sum + length + 8, 1 + 3 * lists.length)
      assert.ok(memory.numbers.length <= largest * LAYOUT.width)
      for (let n = 0; n < 50; n++) {
        const { rows, oracle } = random.pick(lists)
        change(rows, memory, oracle, random)
        for (const list of lists) assertSame(list.rows, memory, list.oracle, random)
      }
    }
  })
})

/** Fills a list as one that is read, in ascending order. */
function readInto(rows: Rows, memory: Memory, oracle: Oracle, length: number, random: SeededRandom): void {
  const times = Array.from({ length }, () => random.integer(0, 40)).sort((a, b) => a - b)
  oracle.rows = times.map(time => [time, random.next(), ...TOTALS.map(() => random.integer(-1_000, 1_000))])
  rows.resize(memory, length)
  for (const [i, [time, plain, ...totals]] of oracle.rows.entries()) {
    rows.setTime(memory, i, time!)
    rows.set(memory, i, PLAIN, plain!)
    for (const [t, place] of TOTALS.entries()) rows.setTotal(memory, i, place, totals[t]!)
  }
}
