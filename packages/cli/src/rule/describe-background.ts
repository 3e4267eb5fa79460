import type { SimulatedVector } from './simulated-vectors.ts'

const BACKGROUND_ROWS = 50

/**
 * Rows that stand for all others: of all, from the lowest to the highest score, the middle one of each of 50 parts of
 * the same size.
 */
export function describeBackground(
  vectors: readonly SimulatedVector[],
  scores: readonly number[],
): readonly (readonly number[])[] {
  const order = scores.map((_, row) => row).toSorted((a, b) => scores[a]! - scores[b]!)
  const parts = Math.min(BACKGROUND_ROWS, order.length)
  const middles = Array.from({ length: parts }, (_, i) => Math.floor(((i + 0.5) * order.length) / parts))
  return middles.map(middle => vectors[order[middle]!]!.vector)
}
