import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, SeededRandom, seedsOf } from '../src/index.ts'

const numbersOf = (seed: number): number[] => {
  const random = new SeededRandom(seed)
  return Array.from({ length: 1_000 }, () => random.next())
}

test('the same seed gives the same numbers, another seed gives others', () => {
  assert.deepStrictEqual(numbersOf(1), numbersOf(1))
  assert.notDeepStrictEqual(numbersOf(1), numbersOf(2))
})

test('numbers are spread over 0 to 1', () => {
  const numbers = numbersOf(3)
  assert.ok(numbers.every(number => number >= 0 && number < 1))
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length
  assert.ok(mean > 0.45 && mean < 0.55)
})

test('whole numbers and picks reach both ends', () => {
  const random = new SeededRandom(4)
  const drawn = new Set(Array.from({ length: 100 }, () => random.integer(-1, 1)))
  assert.deepStrictEqual([...drawn].toSorted(), [-1, 0, 1])
  const picked = new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b'])))
  assert.deepStrictEqual([...picked].toSorted(), ['a', 'b'])
})

test('a failing property names its seed', async () => {
  const failing = forEachSeed(3, (_, seed) => assert.ok(seed !== seedsOf(3).at(-1), 'wrong'))
  await assert.rejects(failing, { message: `PROPERTY_SEED=${seedsOf(3).at(-1)} fails: wrong` })
})
