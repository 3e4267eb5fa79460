import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed, type SeededRandom } from '@millrace/testkit'
import { type Background, planExplanation, type ShapleyValues } from '../../src/index.ts'
import { naiveShapley } from './naive-shapley.ts'
import {
  backgroundOf,
  explainBy,
  randomBackground,
  randomRow,
  randomSteps,
  type Score,
} from './random-model.ts'

/** Of sums of numbers of size 1. */
const ROUNDING = 1e-12

function assertClose(found: readonly number[], expected: readonly number[], tolerance = ROUNDING): void {
  assert.equal(found.length, expected.length)
  found.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]!) <= tolerance, `${value} is not ${expected[i]} at ${i}`)
  })
}

/** The definition, against every row of the background. */
function naiveValues(
  score: Score,
  row: Float64Array,
  { rows }: Background,
  players: readonly (readonly number[])[],
): number[] {
  return naiveShapley(players.length, coalition => {
    let sum = 0
    for (const reference of rows) {
      const mixed = reference.slice()
      for (const player of coalition) for (const column of players[player]!) mixed[column] = row[column]!
      sum += score(mixed)
    }
    return sum / rows.length
  })
}

const singles = (columns: number) => Array.from({ length: columns }, (_, column) => [column])

function randomCase(random: SeededRandom, columns: number, count: number) {
  const score = randomSteps(random, columns)
  return {
    score,
    row: randomRow(random, columns),
    background: randomBackground(random, columns, count, score),
  }
}

function total({ baseline, contributions }: ShapleyValues): number {
  return contributions.reduce((sum, value) => sum + value, baseline)
}

test('exact values are those of the definition', () =>
  forEachSeed(40, random => {
    const columns = random.integer(1, 6)
    const { score, row, background } = randomCase(random, columns, random.integer(1, 4))
    const { contributions, standardErrors } = explainBy(score, row, background)
    assertClose(contributions, naiveValues(score, row, background, singles(columns)))
    assert.deepStrictEqual(standardErrors, new Array(columns).fill(0))
  }))

test('columns of one player are explained as one', () =>
  forEachSeed(20, random => {
    const { score, row, background } = randomCase(random, 6, 3)
    const players = [[0, 4], [1], [2, 3, 5]]
    const { contributions } = explainBy(score, row, background, { players })
    assertClose(contributions, naiveValues(score, row, background, players))
  }))

test('contributions and baseline add up to the score, exact or sampled', () =>
  forEachSeed(40, random => {
    const { score, row, background } = randomCase(random, random.integer(1, 18), random.integer(1, 8))
    const exactUpTo = random.integer(0, 12)
    const values = explainBy(score, row, background, { exactUpTo, maxRows: random.integer(0, 600) })
    assert.ok(Math.abs(total(values) - values.score) < 1e-12)
    assert.equal(values.score, score(row))
  }))

test('features that the model treats alike, with the same values, contribute alike', () =>
  forEachSeed(20, random => {
    const columns = random.integer(3, 8)
    const inner = randomSteps(random, columns)
    const swapped = (given: Float64Array) =>
      Float64Array.from(given, (value, i) => (i < 2 ? given[1 - i]! : value))
    const score: Score = given => inner(given) + inner(swapped(given))
    const row = randomRow(random, columns)
    row[1] = row[0]!
    const { rows } = randomBackground(random, columns, 3, score)
    for (const reference of rows) reference[1] = reference[0]!
    const { contributions } = explainBy(score, row, backgroundOf(score, rows))
    assert.ok(Math.abs(contributions[0]! - contributions[1]!) <= ROUNDING)
  }))

test('a feature that the model leaves alone contributes nothing, exact or sampled', () =>
  forEachSeed(20, random => {
    const columns = random.integer(2, 16)
    const inner = randomSteps(random, columns - 1)
    const score: Score = given => inner(given.subarray(1))
    const background = randomBackground(random, columns, 4, score)
    const values = explainBy(score, randomRow(random, columns), background, { exactUpTo: 6, maxRows: 200 })
    assert.ok(Math.abs(values.contributions[0]!) < ROUNDING)
  }))

test('the values of a weighted sum of models are the weighted sum of theirs', () =>
  forEachSeed(20, random => {
    const columns = random.integer(1, 8)
    const [first, second] = [randomSteps(random, columns), randomSteps(random, columns)]
    const sum: Score = given => 2 * first(given) - 0.5 * second(given)
    const row = randomRow(random, columns)
    const { rows } = randomBackground(random, columns, 3, sum)
    const valuesOf = (score: Score) => explainBy(score, row, backgroundOf(score, rows)).contributions
    const [firstValues, secondValues] = [valuesOf(first), valuesOf(second)]
    const expected = firstValues.map((value, i) => 2 * value - 0.5 * secondValues[i]!)
    assertClose(valuesOf(sum), expected)
  }))

test('a missing value of both rows is no difference', () => {
  const score: Score = given => (Number.isNaN(given[0]) ? 1 : 0) + given[1]!
  const background = backgroundOf(score, [Float64Array.of(Number.NaN, 1)])
  const { contributions, evaluations } = explainBy(score, Float64Array.of(Number.NaN, 3), background)
  assert.deepStrictEqual(contributions, [0, 2])
  assert.equal(evaluations, 1)
})

test('what agrees with the background takes no rows', () => {
  const row = Float64Array.from({ length: 30 }, (_, i) => (i < 3 ? 1 : 0))
  const background = backgroundOf(() => 0, [new Float64Array(30), new Float64Array(30)])
  assert.equal(planExplanation(row, background).rows, 1 + 2 * (2 ** 3 - 2))
})

test('up to twelve features that differ are explained exactly, more are sampled', () => {
  const planFor = (columns: number) =>
    planExplanation(
      new Float64Array(columns).fill(1),
      backgroundOf(() => 0, [new Float64Array(columns)]),
    )
  assert.equal(planFor(12).rows, 1 + 2 ** 12 - 2)
  assert.ok(planFor(13).rows <= 4_096)
})

test('sampling stays within its bound, and takes 40 pairs of walks at the least', () =>
  forEachSeed(30, random => {
    const columns = random.integer(13, 40)
    const row = new Float64Array(columns).fill(1)
    const rows = Array.from({ length: 5 }, () => new Float64Array(columns))
    const fewest = 1 + 5 * 2 * 8 * (columns - 1)
    const maxRows = random.integer(0, 9_000)
    const plan = planExplanation(
      row,
      backgroundOf(() => 0, rows),
      { maxRows },
    )
    assert.ok(plan.rows <= Math.max(fewest, maxRows), `${plan.rows} rows`)
    assert.ok(plan.rows >= fewest, `${plan.rows} rows`)
  }))

test('the same seed gives the same estimate, another one another', () =>
  forEachSeed(5, random => {
    const { score, row, background } = randomCase(random, 15, 6)
    const estimate = (seed: number) => explainBy(score, row, background, { seed, exactUpTo: 0, maxRows: 700 })
    assert.deepStrictEqual(estimate(7), estimate(7))
    assert.notDeepStrictEqual(estimate(7), estimate(8))
  }))

test('a game whose players interact in twos is estimated without error', () =>
  forEachSeed(10, random => {
    const weights = Array.from({ length: 13 }, () => random.next())
    const score: Score = given =>
      weights.reduce((sum, weight, i) => sum + weight * given[i]! * given[(i + 1) % 13]!, 0) / 100
    const background = randomBackground(random, 13, 4, score)
    const row = randomRow(random, 13)
    const sampled = explainBy(score, row, background, { exactUpTo: 0, maxRows: 300 })
    const exact = explainBy(score, row, background, { exactUpTo: 13 })
    assertClose(sampled.contributions, exact.contributions)
  }))
