import { planValuations, type SamplingOptions } from './plan-valuations.ts'
import { type ReferenceGame, referenceGame } from './reference-game.ts'
import type { GameValues, Valuation } from './valuation.ts'

/** What rows are explained against. */
export interface Background {
  /** NaN where a value is missing. There is at least one. */
  readonly rows: readonly Float64Array[]
  /** What the model answers for each of them. */
  readonly scores: ArrayLike<number>
}

/** What each player adds to the score of a row. */
export interface ShapleyValues {
  /** What the model answers for the row. */
  readonly score: number
  /** The mean of what it answers for the background. */
  readonly baseline: number
  /** One for each player: with the baseline they add up to the score. */
  readonly contributions: readonly number[]
  /**
   * One for each player, all 0 where the contributions are exact. At least 95 % of contributions are within three of
   * them.
   */
  readonly standardErrors: readonly number[]
  /** How many rows the model scored. */
  readonly evaluations: number
}

export interface ExplanationOptions extends SamplingOptions {
  /** The columns of each player, which are explained as one. Default: each column is a player. */
  readonly players?: readonly (readonly number[])[]
}

/**
 * Plans the interventional (marginal) Shapley values of a row: what a player adds to the score when it brings the
 * values of its columns to a row of the background, on average over the orders in which players can do so, and over
 * the background. The values follow from the scores of the plan's rows.
 */
export function planExplanation(
  row: Float64Array,
  background: Background,
  options: ExplanationOptions = {},
): ExplanationPlan {
  const players = options.players ?? Array.from(row, (_, column) => [column])
  const games = background.rows.map((reference, i) =>
    referenceGame(row, reference, background.scores[i]!, players),
  )
  return new ExplanationPlan(row, players.length, games, planValuations(games, options))
}

interface Part {
  readonly game: ReferenceGame
  readonly valuation: Valuation
  /** The place of its first row. */
  readonly start: number
}

/** The rows that the model has to score to explain one, and what follows from their scores. */
export class ExplanationPlan {
  /** How many rows there are. The first is the one that is explained. */
  readonly rows: number
  readonly #row: Float64Array
  readonly #players: number
  readonly #parts: readonly Part[]

  constructor(
    row: Float64Array,
    players: number,
    games: readonly ReferenceGame[],
    valuations: readonly Valuation[],
  ) {
    let rows = 1
    this.#parts = valuations.map((valuation, i) => {
      const start = rows
      rows += valuation.rows
      return { game: games[i]!, valuation, start }
    })
    this.rows = rows
    this.#row = row
    this.#players = players
  }

  /** The rows from `from` to before `to`. */
  rowsBetween(from: number, to: number): readonly Float64Array[] {
    const rows = from === 0 ? [this.#row] : []
    for (const { valuation, start } of this.#parts) {
      const end = Math.min(to, start + valuation.rows)
      for (let i = Math.max(from, start); i < end; i++) rows.push(valuation.rowAt(i - start))
    }
    return rows
  }

  /** @param scores of all rows, in their order */
  explain(scores: Float64Array): ShapleyValues {
    const contributions = new Array<number>(this.#players).fill(0)
    const variances = new Array<number>(this.#players).fill(0)
    const games = this.#parts.length
    for (const { game, valuation, start } of this.#parts) {
      const found = valuation.evaluate(scores.subarray(start, start + valuation.rows), scores[0]!)
      addShare(found, game.numbers, games, contributions, variances)
    }
    const baseline = this.#parts.reduce((sum, { game }) => sum + game.referenceScore, 0) / games
    const standardErrors = variances.map(Math.sqrt)
    return { score: scores[0]!, baseline, contributions, standardErrors, evaluations: this.rows }
  }
}

/** Every row of the background has the same share in the mean. */
function addShare(
  { values, variances }: GameValues,
  numbers: readonly number[],
  games: number,
  contributions: number[],
  sumOfVariances: number[],
): void {
  numbers.forEach((number, player) => {
    contributions[number]! += values[player]! / games
    if (variances !== undefined) sumOfVariances[number]! += variances[player]! / games ** 2
  })
}
