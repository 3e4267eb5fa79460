import type { SeededRandom } from '@millrace/testkit'
import {
  type Background,
  type ExplanationOptions,
  planExplanation,
  type ShapleyValues,
} from '../../src/index.ts'

/** A function of one row. */
export type Score = (row: Float32Array) => number

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
export function randomRow(random: SeededRandom, columns: number): Float32Array {
  return Float32Array.from({ length: columns }, () => random.integer(-3, 3))
}

/** A background of `count` rows, with their scores. */
export function randomBackground(
  random: SeededRandom,
  columns: number,
  count: number,
  score: Score,
): Background {
  const rows = Array.from({ length: count }, () => randomRow(random, columns))
  return {
    columns,
    rows: Float32Array.from(rows.flatMap(row => [...row])),
    scores: Float32Array.from(rows, score),
  }
}

/** Explains a row as the shell does, some rows at a time. */
export function explainBy(
  score: Score,
  row: Float32Array,
  background: Background,
  options: ExplanationOptions = {},
  chunk = 97,
): ShapleyValues {
  const { columns } = background
  const plan = planExplanation(row, background, options)
  const scores = new Float32Array(plan.rows)
  for (let from = 0; from < plan.rows; from += chunk) {
    const to = Math.min(plan.rows, from + chunk)
    const rows = plan.rowsBetween(from, to)
    for (let i = 0; i < to - from; i++) {
      scores[from + i] = score(rows.subarray(i * columns, (i + 1) * columns))
    }
  }
  return plan.explain(scores)
}
