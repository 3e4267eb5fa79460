import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PURPOSE, Random } from '../simulator/random.ts'

const DRAWS = 100_000

function moments(draw: (random: Random) => number): { mean: number; deviation: number } {
  const random = new Random(42, PURPOSE.transactions, 0)
  const values = Array.from({ length: DRAWS }, () => draw(random))
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS
  return { mean, deviation: Math.sqrt(variance) }
}

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) < tolerance, `${actual} is not near ${expected}`)
}

test('generators of different seeds, purposes, entities and days draw different numbers', () => {
  const first = [
    new Random(1, PURPOSE.transactions, 1, 1),
    new Random(2, PURPOSE.transactions, 1, 1),
    new Random(1, PURPOSE.stolenUse, 1, 1),
    new Random(1, PURPOSE.transactions, 2, 1),
    new Random(1, PURPOSE.transactions, 1, 2),
  ].map(random => random.uniform())
  assert.equal(new Set(first).size, first.length)
})

test('the first numbers of neighbouring generators are uniform and not correlated', () => {
  const firsts = Array.from({ length: DRAWS }, (_, index) =>
    new Random(1, PURPOSE.transactions, index).uniform(),
  )
  const mean = firsts.reduce((sum, value) => sum + value, 0) / DRAWS
  const products = firsts.slice(1).map((value, index) => (value - 0.5) * (firsts[index]! - 0.5))
  assertNear(mean, 0.5, 0.005)
  assertNear(products.reduce((sum, value) => sum + value, 0) / DRAWS / (1 / 12), 0, 0.015)
})

test('normal numbers have the mean and the deviation asked for', () => {
  const { mean, deviation } = moments(random => random.normal(50, 25))
  assertNear(mean, 50, 0.4)
  assertNear(deviation, 25, 0.3)
})

test('Poisson numbers have the mean asked for, and its root as deviation', () => {
  const { mean, deviation } = moments(random => random.poisson(3.2))
  assertNear(mean, 3.2, 0.03)
  assertNear(deviation, Math.sqrt(3.2), 0.03)
  assert.equal(new Random(1, PURPOSE.transactions, 0).poisson(0), 0)
})

test('a number rounded at random keeps its mean, and a whole number stays', () => {
  assertNear(moments(random => random.rounded(0.4)).mean, 0.4, 0.01)
  assert.deepStrictEqual(
    moments(random => random.rounded(2)),
    { mean: 2, deviation: 0 },
  )
})

test('a sample has no repeats, and is everything when more is asked for', () => {
  const random = new Random(1, PURPOSE.compromisedTerminals, 0)
  for (let round = 0; round < 1_000; round++) assert.equal(new Set(random.sample(5, 3)).size, 3)
  assert.deepStrictEqual(
    random.sample(3, 10).toSorted((a, b) => a - b),
    [0, 1, 2],
  )
})
