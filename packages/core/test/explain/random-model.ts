import type { SeededRandom } from '@millrace/testkit'
import {
  type Background,
  type ExplanationOptions,
  planExplanation,
  type ShapleyValues,
} from '../../src/index.ts'

const CHUNK = 97

/** A function of one row. */
export type Score = (row: Float64Array) => number

/** A sum of products of steps, of one to four columns each: as trees make them. */
export function randomSteps(random: SeededRandom, columns: number, terms = 12): Score {
  const products = Array.from({ length: terms }, () => ({
    height: random.next() - 0.5,
    steps: Array.from({ length: random.integer(1, 4) }, () => ({
      column: random.integer(0, columns - 1),
      from: random.integer(-2, 2),
    })),
  }))
  return row =>
    products.reduce(
      (sum, { height, steps }) => sum + (steps.every(({ column, from }) => row[column]! > from) ? height : 0),
      0,
    )
}

/** Values that coincide often enough for rows to agree on some. */
export function randomRow(random: SeededRandom, columns: number): Float64Array {
  return Float64Array.from({ length: columns }, () => random.integer(-3, 3))
}

/** A background of `count` rows, with their scores. */
export function randomBackground(
  random: SeededRandom,
  columns: number,
  count: number,
  score: Score,
): Background {
  return backgroundOf(
    score,
    Array.from({ length: count }, () => randomRow(random, columns)),
  )
}

export function backgroundOf(score: Score, rows: readonly Float64Array[]): Background {
  return { rows, scores: rows.map(score) }
}

/** Explains a row as the shell does, some rows at a time. */
export function explainBy(
  score: Score,
  row: Float64Array,
  background: Background,
  options: ExplanationOptions = {},
): ShapleyValues {
  const plan = planExplanation(row, background, options)
  const scores = new Float64Array(plan.rows)
  for (let from = 0; from < plan.rows; from += CHUNK) {
    const to = Math.min(plan.rows, from + CHUNK)
    scores.set(plan.rowsBetween(from, to).map(score), from)
  }
  return plan.explain(scores)
}
