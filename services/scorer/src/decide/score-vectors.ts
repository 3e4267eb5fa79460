import { decide, MillraceError, type Model, type ShadowScore } from '@millrace/core'
import type { FeatureVector } from '@millrace/inference'
import type { ModelRoles } from '../models/pipeline-models.ts'
import type { ScoredVersion } from '../models/scored-version.ts'

/** A vector whose event has a key. */
export interface KeyedVector {
  readonly key: string
  /** As the model is given it. */
  readonly vector: FeatureVector
}

/** The score of a vector, and who gave it. */
export interface VectorScore {
  /** NaN where the model cannot score the vector. */
  readonly score: number
  readonly by: ScoredVersion
  readonly shadow?: ShadowScore
}

/**
 * Scores vectors, each by the version that answers its key, and by the one in the shadow, whose failures are nobody's.
 * Fails as `Scoring.score` does.
 */
export async function scoreVectors(
  vectors: readonly KeyedVector[],
  models: ModelRoles,
  model: Model,
): Promise<readonly VectorScore[]> {
  const [scores, shadows] = await Promise.all([
    scoreByKey(vectors, models),
    scoreInShadow(vectors, models.shadow, model),
  ])
  return shadows === undefined ? scores : scores.map((score, row) => withShadow(score, shadows[row]!))
}

async function scoreByKey(vectors: readonly KeyedVector[], models: ModelRoles): Promise<VectorScore[]> {
  const rowsOf = new Map<ScoredVersion, number[]>()
  for (const [row, { key }] of vectors.entries()) {
    const by = models.forKey(key)
    const rows = rowsOf.get(by)
    if (rows === undefined) rowsOf.set(by, [row])
    else rows.push(row)
  }
  const scored = Array<VectorScore>(vectors.length)
  const share = async (by: ScoredVersion, rows: readonly number[]) => {
    const scores = await scoresOf(
      by,
      rows.map(row => vectors[row]!.vector),
    )
    for (const [i, row] of rows.entries()) scored[row] = { score: scores[i]!, by }
  }
  await Promise.all([...rowsOf].map(([by, rows]) => share(by, rows)))
  return scored
}

/** One vector that a model refuses does not keep the others from their scores. */
async function scoresOf(by: ScoredVersion, vectors: readonly FeatureVector[]): Promise<Float64Array> {
  try {
    return await by.score(vectors)
  } catch (error) {
    if (!isRefusal(error)) throw error
    const scores = new Float64Array(vectors.length)
    for (const [row, vector] of vectors.entries()) scores[row] = await scoreOrNaN(by, vector)
    return scores
  }
}

async function scoreOrNaN(by: ScoredVersion, vector: FeatureVector): Promise<number> {
  try {
    const [score] = await by.score([vector])
    return score!
  } catch (error) {
    if (isRefusal(error)) return Number.NaN
    throw error
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof MillraceError && error.code === 'MODEL_FAILED'
}

async function scoreInShadow(
  vectors: readonly KeyedVector[],
  shadow: ScoredVersion | undefined,
  model: Model,
): Promise<readonly (ShadowScore | undefined)[] | undefined> {
  if (shadow === undefined) return undefined
  try {
    const scores = await shadow.score(vectors.map(({ vector }) => vector))
    return Array.from(scores, score =>
      Number.isFinite(score) ? { model: shadow.identity, score, decision: decide(model, score) } : undefined,
    )
  } catch {
    return undefined
  }
}

function withShadow(scored: VectorScore, shadow: ShadowScore | undefined): VectorScore {
  return shadow === undefined ? scored : { ...scored, shadow }
}
