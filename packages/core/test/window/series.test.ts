import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { ByteReader, ByteWriter } from '../../src/index.ts'
import type { Memory } from '../../src/window/memory.ts'
import { MemoryLayout } from '../../src/window/memory-layout.ts'
import { Series } from '../../src/window/series.ts'
import { type ColumnKind, seriesLayout } from '../../src/window/series-layout.ts'

const KINDS: readonly ColumnKind[] = ['total', 'number', 'total']

interface Entry {
  readonly time: number
  readonly values: readonly number[]
}

/** The same as a plain array. */
class Oracle {
  entries: Entry[] = []

  insert(entry: Entry): void {
    const after = this.entries.findIndex(({ time }) => time > entry.time)
    this.entries.splice(after < 0 ? this.entries.length : after, 0, entry)
  }

  removeOldest(n: number): void {
    this.entries.splice(0, n)
  }

  sum(column: number, start: number, end: number): number {
    return this.entries.slice(start, end).reduce((sum, { values }) => sum + values[column]!, 0)
  }
}

/** Mostly in order, many at the same time, some out of order, some far in the past. */
function randomEntry(random: SeededRandom, now: number): Entry {
  const behind = random.pick([0, 0, 0, 1, 5, 1_000_000])
  const values = [random.integer(-1_000, 100_000), (random.next() - 0.5) * 1e6, random.integer(0, 1)]
  return { time: now - behind, values }
}

/** A series by itself in its memory. */
function seriesOf(kinds: readonly ColumnKind[]): { series: Series; layout: MemoryLayout; memory: Memory } {
  const layout = new MemoryLayout()
  const series = new Series(seriesLayout(kinds), layout)
  return { series, layout, memory: layout.init() }
}

function assertSame(series: Series, memory: Memory, oracle: Oracle, random: SeededRandom): void {
  const { entries } = oracle
  assert.equal(series.length(memory), entries.length)
  assert.deepStrictEqual(
    entries.map((_, i) => series.timeAt(memory, i)),
    entries.map(({ time }) => time),
  )
  const time = (entries[random.integer(0, entries.length)]?.time ?? 0) + random.integer(-1, 1)
  assert.equal(series.countUpTo(memory, time), entries.filter(entry => entry.time <= time).length)
  const start = random.integer(0, entries.length)
  const end = random.integer(0, entries.length)
  for (const column of KINDS.keys()) {
    assert.deepStrictEqual(
      entries.map((_, i) => series.at(memory, column, i)),
      entries.map(({ values }) => values[column]),
    )
    if (KINDS[column] === 'total')
      assert.equal(series.sum(memory, column, start, end), oracle.sum(column, start, end))
  }
}

function copyOf(series: Series, layout: MemoryLayout, memory: Memory): Memory {
  const writer = new ByteWriter()
  series.encode(memory, writer)
  const reader = new ByteReader(writer.finish())
  return layout.read(into => series.read(into, reader))
}

test('a series is a sorted array, through random inserts and removals', async () => {
  await forEachSeed(60, random => {
    const { series, memory } = seriesOf(KINDS)
    const oracle = new Oracle()
    let now = 1_767_225_600_000
    for (let i = 0; i < 300; i++) {
      now += random.pick([0, 0, 1, 1_000])
      const entry = randomEntry(random, now)
      series.insert(memory, entry.time, entry.values)
      oracle.insert(entry)
      if (random.chance(0.1)) {
        const n = random.integer(0, random.pick([1, oracle.entries.length]))
        series.removeOldest(memory, n)
        oracle.removeOldest(n)
      }
      assertSame(series, memory, oracle, random)
    }
  })
})

test('a decoded series is the encoded one, and goes on like it', async () => {
  await forEachSeed(60, random => {
    const oracle = new Oracle()
    const { series, layout, memory: first } = seriesOf(KINDS)
    let memory = first
    for (let i = 0; i < 60; i++) {
      const entry = randomEntry(random, 1_767_225_600_000 + i)
      series.insert(memory, entry.time, entry.values)
      oracle.insert(entry)
      if (random.chance(0.1)) {
        series.removeOldest(memory, Math.min(3, oracle.entries.length))
        oracle.removeOldest(3)
      }
      memory = copyOf(series, layout, memory)
      assertSame(series, memory, oracle, random)
    }
  })
})

test('entries of the same time stay in the order in which they were added', () => {
  const { series, memory } = seriesOf(['number'])
  for (const [time, value] of [
    [5, 1],
    [7, 2],
    [5, 3],
    [5, 4],
    [6, 5],
  ])
    series.insert(memory, time!, [value!])
  const values = Array.from({ length: series.length(memory) }, (_, i) => series.at(memory, 0, i))
  assert.deepStrictEqual(values, [1, 3, 4, 5, 2])
})

test('sums of whole numbers do not depend on the order, and leave nothing behind when all are removed', () => {
  const { series, memory } = seriesOf(['total'])
  const cents = [9_007_199_254_740, 1, -3, 10, 20]
  for (const [i, value] of cents.entries()) series.insert(memory, 10 - i, [value])
  assert.equal(
    series.sum(memory, 0, 0, 5),
    cents.reduce((sum, value) => sum + value),
  )
  series.removeOldest(memory, 5)
  series.insert(memory, 0, [7])
  assert.deepStrictEqual([series.length(memory), series.sum(memory, 0, 0, 1)], [1, 7])
})

test('an empty series has nothing', () => {
  const { series, layout, memory } = seriesOf(['total', 'number'])
  assert.deepStrictEqual(
    [series.length(memory), series.countUpTo(memory, Infinity), series.sum(memory, 0, 0, 0)],
    [0, 0, 0],
  )
  series.removeOldest(memory, 0)
  assert.equal(series.length(copyOf(series, layout, memory)), 0)
})
