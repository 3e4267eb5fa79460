import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BinnedCounts, ByteReader, ByteWriter, binOf } from '@millrace/core'
import { SeededRandom } from '../drift/seeded-random.ts'

const edges = [1, 2, 5]

function countsOf(...values: (number | null)[]): BinnedCounts {
  const counts = BinnedCounts.empty(edges)
  for (const value of values) counts.add(value, edges)
  return counts
}

const plain = ({ counts, missing }: BinnedCounts) => ({ counts, missing })

test('bins are right-closed and the outer ones reach to infinity, as searchsorted(side="left") of NumPy 2.4.6', () => {
  const values = [0, 1, 1.5, 2, 5, 6, Infinity, -Infinity]
  assert.deepEqual(
    values.map(value => binOf(value, edges)),
    [0, 0, 1, 1, 2, 3, 3, 0],
  )
})

test('the bin of a value is the number of edges below it', () => {
  const random = new SeededRandom(3)
  for (let i = 0; i < 2_000; i++) {
    const drawn = Array.from({ length: random.below(12) }, () => random.below(20))
    const ascending = [...new Set(drawn)].sort((a, b) => a - b)
    const value = random.below(42) / 2
    assert.equal(binOf(value, ascending), ascending.filter(edge => edge < value).length)
  }
})

test('without edges there is one bin', () => {
  const counts = BinnedCounts.empty([])
  counts.add(-7, [])
  assert.deepEqual(plain(counts), { counts: [1], missing: 0 })
})

test('null and NaN are counted as missing and in no bin', () => {
  assert.deepEqual(plain(countsOf(null, Number.NaN, 0, 9)), { counts: [1, 0, 0, 1], missing: 2 })
})

test('merging is associative and commutative, and equals counting everything at once', () => {
  const random = new SeededRandom(11)
  const draw = () =>
    Array.from({ length: random.below(50) }, () => (random.below(9) === 0 ? null : random.normal() * 4))
  for (let i = 0; i < 200; i++) {
    const [a, b, c] = [draw(), draw(), draw()] as const
    const whole = plain(countsOf(...a, ...b, ...c))
    assert.deepEqual(plain(countsOf(...a).merge(countsOf(...b).merge(countsOf(...c)))), whole)
    assert.deepEqual(
      plain(
        countsOf(...a)
          .merge(countsOf(...b))
          .merge(countsOf(...c)),
      ),
      whole,
    )
    assert.deepEqual(
      plain(
        countsOf(...c)
          .merge(countsOf(...a))
          .merge(countsOf(...b)),
      ),
      whole,
    )
  }
})

test('merging leaves its inputs untouched', () => {
  const a = countsOf(0, null)
  const b = countsOf(3)
  a.merge(b)
  assert.deepEqual([plain(a), plain(b)], [plain(countsOf(0, null)), plain(countsOf(3))])
})

test('empty counts change nothing when merged', () => {
  const counts = countsOf(0, 3, null)
  assert.deepEqual(plain(counts.merge(BinnedCounts.empty(edges))), plain(counts))
})

test('counts of different bins cannot be merged', () => {
  assert.throws(() => countsOf(1).merge(BinnedCounts.empty([1])), {
    name: 'RangeError',
    message: 'Counts of 4 and of 2 bins cannot be merged.',
  })
})

test('counts survive encoding, and go on counting afterwards', () => {
  const counts = new BinnedCounts([0, 1, 127, 2 ** 40], 300)
  const writer = new ByteWriter()
  counts.encode(writer)
  const decoded = BinnedCounts.decode(new ByteReader(writer.finish()))
  assert.deepEqual(plain(decoded), plain(counts))
  decoded.add(1, edges)
  assert.deepEqual(plain(decoded), { counts: [1, 1, 127, 2 ** 40], missing: 300 })
})
