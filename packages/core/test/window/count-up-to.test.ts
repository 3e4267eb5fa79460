import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { countUpTo } from '../../src/window/count-up-to.ts'

const SEEDS = 300

test('it counts what is at most the limit, wherever the numbers stand and however they lie', () =>
  forEachSeed(SEEDS, random => {
    const stride = random.integer(1, 4)
    const first = random.integer(0, 9)
    const ascending = ascendingNumbers(random)
    const values = spread(ascending, first, stride)
    for (const limit of limitsAround(ascending)) {
      const counted = countUpTo(values, first, stride, ascending.length, limit)
      assert.equal(counted, ascending.filter(number => number <= limit).length, `up to ${limit}`)
    }
  }))

/** Evenly, in heaps, or with ties; often none or few. */
function ascendingNumbers(random: SeededRandom): number[] {
  const length = random.integer(0, 1) === 0 ? random.integer(0, 4) : random.integer(5, 200)
  const largest = [3, 1_000, 1e12][random.integer(0, 2)]!
  const power = random.integer(1, 9)
  const numbers = Array.from({ length }, () => Math.floor(random.next() ** power * largest))
  return numbers.sort((a, b) => a - b)
}

/** The numbers from `first` on, each `stride` behind the one before; what is between them is not to be looked at. */
function spread(numbers: readonly number[], first: number, stride: number): number[] {
  const values = new Array<number>(first + numbers.length * stride).fill(Number.NaN)
  numbers.forEach((number, i) => {
    values[first + i * stride] = number
  })
  return values
}

function limitsAround(numbers: readonly number[]): number[] {
  return [-1, 2e12, ...numbers.flatMap(number => [number - 0.5, number, number + 0.5])]
}
