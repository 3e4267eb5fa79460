import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom, seedsOf } from '@millrace/testkit'
import { explainBy, randomBackground, randomRow, randomSteps } from './random-model.ts'

const COLUMNS = 12
/** Of sums of numbers of size 1. */
const ROUNDING = 1e-12

interface Estimate {
  readonly error: number
  readonly standardError: number
}

/** Estimates of a model that is as crooked as trees are, beside the exact values. */
function estimatesOf(seed: number, backgroundRows: number, maxRows: number): Estimate[] {
  const random = new SeededRandom(seed)
  const score = randomSteps(random, COLUMNS, random.pick([12, 40]))
  const background = randomBackground(random, COLUMNS, backgroundRows, score)
  const row = randomRow(random, COLUMNS)
  const exact = explainBy(score, row, background)
  const sampled = explainBy(score, row, background, { exactUpTo: 0, maxRows, seed })
  return sampled.contributions.map((contribution, i) => ({
    error: Math.abs(contribution - exact.contributions[i]!),
    standardError: sampled.standardErrors[i]!,
  }))
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length)
}

for (const [backgroundRows, maxRows] of [
  [4, 0],
  [16, 0],
  [30, 2_500],
] as const) {
  test(`of estimates against ${backgroundRows} rows in ${maxRows || 'the fewest'} rows, 95 % are within three standard errors, which are no larger than they must`, () => {
    const estimates = seedsOf(60).flatMap(seed => estimatesOf(seed, backgroundRows, maxRows))
    const within = estimates.filter(
      ({ error, standardError }) => error <= 3 * standardError + ROUNDING,
    ).length
    assert.ok(within >= 0.95 * estimates.length, `${within} of ${estimates.length}`)
    const ratio =
      rootMeanSquare(estimates.map(({ standardError }) => standardError)) /
      rootMeanSquare(estimates.map(({ error }) => error))
    assert.ok(ratio > 0.8 && ratio < 1.25, `standard errors are ${ratio} times the errors`)
  })
}

test('four times the rows halve the standard error', () => {
  const meanOf = (maxRows: number) =>
    rootMeanSquare(
      seedsOf(20).flatMap(seed => estimatesOf(seed, 10, maxRows).map(({ standardError }) => standardError)),
    )
  const ratio = meanOf(1_500) / meanOf(6_000)
  assert.ok(ratio > 1.7 && ratio < 2.3, `${ratio}`)
})
