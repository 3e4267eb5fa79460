import { decide, type Model } from '@millrace/core'
import type { FeatureVector, Scoring } from '@millrace/inference'

/** How two versions score the same rows. */
export interface ScoreComparison {
  readonly rows: number
  readonly largest: number
  readonly mean: number
  /** Rows that get another decision. */
  readonly otherDecisions: number
}

/** Lets two versions score the same rows, of which there must be at least one. */
export async function compareScores(
  [one, other]: readonly [Scoring, Scoring],
  rows: readonly FeatureVector[],
  model: Model,
): Promise<ScoreComparison> {
  const [scores, others] = await Promise.all([one.score(rows), other.score(rows)])
  const differences = [...scores].map((score, row) => Math.abs(score - others[row]!))
  return {
    rows: rows.length,
    largest: Math.max(...differences),
    mean: differences.reduce((sum, difference) => sum + difference, 0) / rows.length,
    otherDecisions: [...scores].filter((score, row) => decide(model, score) !== decide(model, others[row]!))
      .length,
  }
}
