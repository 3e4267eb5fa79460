import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, SeededRandom } from '@millrace/testkit'
import { DDSketch, RELATIVE_ERROR } from '../../src/aggregate/dd-sketch.ts'
import { decayedMeanOf } from '../../src/aggregate/decayed-mean.ts'
import { distinctCount } from '../../src/aggregate/distinct-count.ts'
import { ExactSum } from '../../src/aggregate/exact-sum.ts'
import { mostFrequent } from '../../src/aggregate/most-frequent.ts'
import { meanOfDoubles } from '../../src/aggregate/total.ts'
import { hashText52 } from '../../src/partition/murmur2.ts'

test('every quantile of a sketch is within 1 % of the value at its rank, whatever the spread', async () => {
  await forEachSeed(20, random => {
    const sketch = new DDSketch()
    const values = Array.from({ length: 2_000 }, () => {
      if (random.chance(0.05)) return 0
      return (random.next() - 0.4) * 10 ** random.integer(-6, 9)
    })
    for (const value of values) sketch.add(value)
    values.sort((a, b) => a - b)
    for (const rank of [0, 1, 100, 500, 1_000, 1_990, 1_999]) {
      const off = Math.abs(sketch.valueAt(rank) - values[rank]!)
      assert.ok(off <= RELATIVE_ERROR * 1.0001 * Math.abs(values[rank]!), `rank ${rank} is off by ${off}`)
    }
  })
})

test('a sketch of values over 40 orders of magnitude is bounded, and the large ones keep their accuracy', () => {
  const sketch = new DDSketch()
  const values = Array.from({ length: 8_000 }, (_, i) => 10 ** (-20 + i / 200))
  for (const value of values) sketch.add(value)
  assert.ok(Math.abs(sketch.valueAt(7_000) / values[7_000]! - 1) <= RELATIVE_ERROR * 1.0001)
  assert.equal(sketch.count, 8_000)
})

test('distinct values are counted exactly up to 512, then within five standard errors', () => {
  const partial = distinctCount.init()
  for (let i = 1; i <= 200_000; i++) {
    distinctCount.add(partial, 0, hashText52(`value ${i}`))
    distinctCount.add(partial, 0, hashText52(`value ${Math.ceil(i / 2)}`))
    if (i <= 512) assert.equal(distinctCount.result(partial, 0), i)
    else if (i % 997 === 0) {
      const off = Math.abs((distinctCount.result(partial, 0) as number) / i - 1)
      assert.ok(off < 5 * 0.023, `${i}: off by ${off}`)
    }
  }
})

test('the most frequent of many values is found when it is frequent enough, however they come', async () => {
  await forEachSeed(20, random => {
    const partial = mostFrequent.init()
    for (let i = 0; i < 20_000; i++)
      mostFrequent.add(partial, i, random.chance(0.02) ? 'common' : `rare ${random.integer(0, 5_000)}`)
    assert.equal(mostFrequent.result(partial, 0), 'common')
  })
})

test('a sum keeps what doubles lose', () => {
  const sum = new ExactSum()
  for (const value of [1e16, 1, -1e16, 1e-7]) sum.add(value)
  assert.equal(sum.value, 1.0000001)
})

test('a product is added with all its digits', () => {
  const sum = new ExactSum()
  sum.addProduct(2 ** 30 + 1, 2 ** 30 + 1)
  sum.add(-(2 ** 60))
  sum.add(-(2 ** 31))
  assert.equal(sum.value, 1)
})

test('a mean of equal values is that value', () => {
  for (const value of [0.1, 2.5, 1 / 3, 1e-9, 123_456.789]) {
    const mean = meanOfDoubles.init()
    const decayed = decayedMeanOf(1_000).init()
    for (let i = 1; i <= 1_000; i++) {
      meanOfDoubles.add(mean, i, value)
      decayedMeanOf(1_000).add(decayed, 37 * i, value)
      assert.deepEqual(
        [meanOfDoubles.result(mean, 0), decayedMeanOf(1_000).result(decayed, 0)],
        [value, value],
      )
    }
  }
})

test('a sum that overflows is infinite, not undefined', () => {
  const sum = new ExactSum()
  for (const value of [1.7e308, 1.7e308, 5]) sum.add(value)
  assert.equal(sum.value, Number.POSITIVE_INFINITY)
})

test('hashes of 52 bits are spread evenly over their lower and upper bits', () => {
  const random = new SeededRandom(3)
  const hashes = Array.from({ length: 20_000 }, (_, i) => hashText52(`${random.integer(0, 9)}-${i}`))
  for (const bucketOf of [(hash: number) => hash % 16, (hash: number) => Math.floor(hash / 2 ** 48)]) {
    const counts = Array<number>(16).fill(0)
    for (const hash of hashes) counts[bucketOf(hash)]!++
    assert.ok(
      counts.every(count => Math.abs(count - 1_250) < 200),
      counts.join(),
    )
  }
  assert.equal(new Set(hashes).size, 20_000)
})
