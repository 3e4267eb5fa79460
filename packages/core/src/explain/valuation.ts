/** What is found out about one game. */
export interface GameValues {
  /** The Shapley value of each player of the game. */
  readonly values: Float64Array
  /** The variance of each; undefined where they are exact. */
  readonly variances?: Float64Array
}

/** How the Shapley values of one game are found: rows for the model to score, and what follows from their scores. */
export interface Valuation {
  /** How many rows the model has to score; the empty and the full coalition are known. */
  readonly rows: number
  rowAt(index: number): Float64Array
  /** @param scores of the rows, in their order */
  evaluate(scores: ArrayLike<number>, fullScore: number): GameValues
}
