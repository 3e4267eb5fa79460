import { type Background, MillraceError, planExplanation, type ShapleyValues } from '@millrace/core'
import type { InferOptions } from '../batching/batch-queue.ts'
import { Turns } from './turns.ts'

/** Scores vectors, such as those of the model that serves. */
export type Score = (vectors: readonly Float64Array[], options?: InferOptions) => Promise<ArrayLike<number>>

export interface ExplainerOptions {
  /** Takes its place among all other callers, a part at a time. */
  readonly score: Score
  /** The rows that vectors are explained against. There is at least one. */
  readonly background: readonly (readonly number[])[]
  /** The columns of each player; by default each column is one. */
  readonly players?: readonly (readonly number[])[]
  /** Up to how many players that differ from the background every coalition is scored. Default 12. */
  readonly exactUpTo?: number
  /** How many rows an explanation has scored beyond that. Default 4,096. */
  readonly maxRows?: number
  /** Rows that an explanation has with the model at a time. Default 128, a quarter of a full batch. */
  readonly partRows?: number
  /** How many explanations may wait. Default 256. */
  readonly capacity?: number
}

/** Explains the scores of one version of a model. */
export interface Explainer {
  /**
   * What each value of the vector adds to its score; NaN stands for a missing one. One vector is explained at a time,
   * so that explanations, however many, leave room in the model's queue. Fails as `score` does, with
   * SCORER_OVERLOADED when too many wait, and with REQUEST_INVALID where the model has no finite answer.
   */
  explain(vector: ArrayLike<number>, options?: InferOptions): Promise<ShapleyValues>
}

/** Builds the explainer of a model. The background is scored once, with the first explanation. */
export function createExplainer(options: ExplainerOptions): Explainer {
  const { background, score, partRows = 128, capacity = 256 } = options
  const rows = background.map(row => Float64Array.from(row))
  const turns = new Turns(capacity)
  const referenceOf = onceDone(async (): Promise<Background> => {
    return {
      rows,
      scores: await scoreInParts(score, partRows, rows.length, (from, to) => rows.slice(from, to)),
    }
  })
  const explain = async (vector: ArrayLike<number>, control?: InferOptions): Promise<ShapleyValues> => {
    const plan = planExplanation(Float64Array.from(vector), await referenceOf(), options)
    const part = (from: number, to: number) => plan.rowsBetween(from, to)
    return plan.explain(await scoreInParts(score, partRows, plan.rows, part, control))
  }
  return { explain: (vector, control) => turns.take(() => explain(vector, control)) }
}

/** Has rows scored one part after another, so that they wait for others' as often as these wait for them. */
async function scoreInParts(
  score: Score,
  partRows: number,
  rows: number,
  rowsBetween: (from: number, to: number) => readonly Float64Array[],
  control?: InferOptions,
): Promise<Float64Array> {
  const scores = new Float64Array(rows)
  for (let from = 0; from < rows; from += partRows) {
    scores.set(await score(rowsBetween(from, Math.min(rows, from + partRows)), control), from)
  }
  if (scores.every(Number.isFinite)) return scores
  throw new MillraceError(
    'REQUEST_INVALID',
    'This cannot be explained: the model has no finite answer where some of its values stand beside those of the background.',
  )
}

/** Remembers what was made; after a failure it is made anew. */
function onceDone<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make().catch(error => {
      made = undefined
      throw error
    })
    return made
  }
}
