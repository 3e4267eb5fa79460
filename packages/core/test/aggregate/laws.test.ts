import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import type { Aggregator, Value } from '../../src/aggregate/aggregator.ts'
import { decayedMeanOf } from '../../src/aggregate/decayed-mean.ts'
import { distinctCount } from '../../src/aggregate/distinct-count.ts'
import { maximum, minimum } from '../../src/aggregate/extreme.ts'
import { mostFrequent } from '../../src/aggregate/most-frequent.ts'
import { lagOf, timeSince } from '../../src/aggregate/newest.ts'
import { oldest } from '../../src/aggregate/oldest.ts'
import { quantileOf } from '../../src/aggregate/quantile.ts'
import { slopeOf } from '../../src/aggregate/slope.ts'
import { meanOfDoubles, sumOfDoubles } from '../../src/aggregate/total.ts'
import { standardDeviation, variance } from '../../src/aggregate/variance.ts'
import { ByteReader, ByteWriter } from '../../src/index.ts'

interface Item {
  readonly time: number
  readonly value: Value
}

type ValueOf = (random: SeededRandom) => Value

const double: ValueOf = random => (random.next() - 0.5) * 10 ** random.integer(-2, 5)
const texts: ValueOf = random => random.pick(['', 'a', 'b', 'zürich', 'a'])
const hash: ValueOf = random => random.integer(0, 900) * 5_000_000_000 + random.integer(0, 3)

const AGGREGATORS: Readonly<Record<string, readonly [Aggregator, ValueOf]>> = {
  sum: [sumOfDoubles, double],
  mean: [meanOfDoubles, double],
  variance: [variance, double],
  'standard deviation': [standardDeviation, double],
  minimum: [minimum, double],
  maximum: [maximum, double],
  first: [oldest, texts],
  last: [lagOf(0), texts],
  lag: [lagOf(3), double],
  'time since last': [timeSince(1), double],
  'distinct count': [distinctCount, hash],
  quantile: [quantileOf(0.75), double],
  'decayed mean': [decayedMeanOf(1_000), double],
  'most frequent': [mostFrequent, texts],
  'most frequent of many': [mostFrequent, random => random.integer(0, 255)],
  slope: [slopeOf(1_000), double],
}

const NOW = 1_767_225_600_000

/** In order of time; counts on both sides of the bounds up to which aggregators are exact. */
function randomItems(random: SeededRandom, draw: ValueOf): Item[] {
  const n = random.pick([0, 1, 2, 3, 20, 60, 70, 700])
  let time = NOW
  return Array.from({ length: n }, () => {
    time += random.pick([0, 1, 7, 5_000])
    return { time, value: draw(random) }
  })
}

function partialOf<P>(aggregator: Aggregator<P>, items: readonly Item[]): P {
  const partial = aggregator.init()
  for (const { time, value } of items) aggregator.add(partial, time, value)
  return partial
}

function bytesOf<P>(aggregator: Aggregator<P>, partial: P): Uint8Array {
  const writer = new ByteWriter()
  aggregator.encode(partial, writer)
  return writer.finish()
}

function merged<P>(aggregator: Aggregator<P>, parts: readonly P[]): P {
  const into = aggregator.init()
  for (const part of parts) aggregator.merge(into, part)
  return into
}

for (const [name, [aggregator, draw]] of Object.entries(AGGREGATORS)) {
  const later = NOW + 10_000_000
  const resultOf = (partial: unknown): Value | undefined => aggregator.result(partial, later)

  test(`${name}: however the values are split, the result is that of the whole`, async () => {
    await forEachSeed(60, random => {
      const items = randomItems(random, draw)
      const [i, j] = [random.integer(0, items.length), random.integer(0, items.length)].sort((a, b) => a - b)
      const parts = [items.slice(0, i), items.slice(i, j), items.slice(j)].map(part =>
        partialOf(aggregator, part),
      )
      const whole = resultOf(partialOf(aggregator, items))
      assert.deepStrictEqual(resultOf(merged(aggregator, parts)), whole)
      const [a, b, c] = parts
      const fromTheRight = merged(aggregator, [a, merged(aggregator, [b, c])])
      assert.deepStrictEqual(resultOf(fromTheRight), whole)
    })
  })

  test(`${name}: the order of values with different times does not matter`, async () => {
    await forEachSeed(60, random => {
      const items = randomItems(random, draw).map((item, i) => ({ ...item, time: item.time + i }))
      const shuffled = items
        .map(item => ({ item, rank: random.next() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item)
      assert.deepStrictEqual(
        resultOf(partialOf(aggregator, shuffled)),
        resultOf(partialOf(aggregator, items)),
      )
    })
  })

  test(`${name}: merging leaves what is merged as it was, and nothing adds nothing`, async () => {
    await forEachSeed(20, random => {
      const [left, right] = [randomItems(random, draw), randomItems(random, draw)]
      const [into, from] = [partialOf(aggregator, left), partialOf(aggregator, right)]
      const [before, kept] = [bytesOf(aggregator, from), bytesOf(aggregator, into)]
      aggregator.merge(into, aggregator.init())
      assert.deepStrictEqual(bytesOf(aggregator, into), kept)
      aggregator.merge(into, from)
      for (const { time, value } of right) aggregator.add(into, time + 1, value)
      assert.deepStrictEqual(bytesOf(aggregator, from), before)
    })
  })

  test(`${name}: a partial result survives encoding, and goes on like the one it was`, async () => {
    await forEachSeed(20, random => {
      const partial = partialOf(aggregator, randomItems(random, draw))
      const bytes = bytesOf(aggregator, partial)
      const copy = aggregator.decode(new ByteReader(bytes))
      assert.deepStrictEqual(bytesOf(aggregator, copy), bytes)
      assert.deepStrictEqual(resultOf(copy), resultOf(partial))
      for (const { time, value } of randomItems(random, draw)) {
        aggregator.add(copy, time, value)
        aggregator.add(partial, time, value)
      }
      assert.deepStrictEqual(bytesOf(aggregator, copy), bytesOf(aggregator, partial))
    })
  })

  test(`${name}: of no values there is no result`, () => {
    assert.equal(resultOf(aggregator.init()), undefined)
  })
}
