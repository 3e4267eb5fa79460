import { type Background, MillraceError, planExplanation, type ShapleyValues } from '@millrace/core'

/** Scores vectors, such as those of the model that serves. */
export type Score = (vectors: readonly Float64Array[]) => Promise<ArrayLike<number>>

export interface ExplainerOptions {
  /** Takes its place among all other callers, a part at a time. */
  readonly score: Score
  /** The rows that vectors are explained against. There is at least one. */
  readonly background: readonly (readonly number[])[]
  /** As of `planExplanation`. */
  readonly exactUpTo?: number | undefined
  readonly maxRows?: number | undefined
  /** Rows that one explanation has with the model at a time. Default 256, half of a full batch. */
  readonly partRows?: number
}

/** Explains the scores of one version of a model. */
export interface Explainer {
  /**
   * What each value of the vector adds to its score, NaN where one is missing. One vector is explained at a time, so
   * that explanations, however many, leave room in the model's queue. Fails as `score` does, and with REQUEST_INVALID
   * where the model has no finite answer.
   */
  explain(vector: ArrayLike<number>): Promise<ShapleyValues>
}

/** Builds the explainer of a model. The background is scored once, with the first explanation. */
export function createExplainer({
  score,
  background,
  exactUpTo,
  maxRows,
  partRows = 256,
}: ExplainerOptions): Explainer {
  const rows = background.map(row => Float64Array.from(row))
  const options = { ...(exactUpTo !== undefined && { exactUpTo }), ...(maxRows !== undefined && { maxRows }) }
  const scoreAll = inParts(score, partRows)
  const reference = onceDone(async (): Promise<Background> => {
    return { rows, scores: await scoreAll(rows.length, (from, to) => rows.slice(from, to)) }
  })
  const explain = async (vector: ArrayLike<number>): Promise<ShapleyValues> => {
    const plan = planExplanation(Float64Array.from(vector), await reference(), options)
    return plan.explain(await scoreAll(plan.rows, (from, to) => plan.rowsBetween(from, to)))
  }
  const turns = new Turns()
  return { explain: vector => turns.take(() => explain(vector)) }
}

/** Has rows scored one part after another, so that they wait for others' as often as these wait for them. */
function inParts(score: Score, partRows: number) {
  return async (
    rows: number,
    rowsBetween: (from: number, to: number) => readonly Float64Array[],
  ): Promise<Float64Array> => {
    const scores = new Float64Array(rows)
    for (let from = 0; from < rows; from += partRows) {
      const part = await score(rowsBetween(from, Math.min(rows, from + partRows)))
      scores.set(part, from)
    }
    if (scores.every(Number.isFinite)) return scores
    throw new MillraceError(
      'REQUEST_INVALID',
      'This cannot be explained: the model has no finite answer to some of its values beside those of the background.',
    )
  }
}

/** Remembers what was made; a failure is tried anew. */
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

/** Lets one piece of work after another happen, in the order in which they came. */
class Turns {
  #last: Promise<unknown> = Promise.resolve()

  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }
}
