import { begin, join, type ReferenceGame } from './reference-game.ts'
import type { GameValues, Valuation } from './valuation.ts'

/**
 * Estimates the values of a game from walks in pairs: the players join one by one in the order of a permutation, and
 * then in the opposite one. What a player adds, on average over both, is without bias, and exact in a game whose
 * players interact in twos. Two pairs at least tell how far it may be off.
 */
export function walks(game: ReferenceGame, permutations: readonly Uint16Array[]): Valuation {
  const players = game.players.length
  const steps = players - 1
  return {
    rows: walkedRows(players, permutations.length),
    rowAt(index) {
      const order = permutations[Math.floor(index / (2 * steps))]!
      const step = index % (2 * steps)
      const row = begin(game)
      if (step < steps) for (let i = 0; i <= step; i++) join(game, order[i]!, row)
      else for (let i = 0; i <= step - steps; i++) join(game, order[steps - i]!, row)
      return row
    },
    evaluate(scores, fullScore) {
      const tally = new Tally(players)
      const ends = [game.referenceScore, fullScore] as const
      permutations.forEach((order, pair) => {
        tally.add(pairValues(order, scores, pair * 2 * steps, ends))
      })
      return tally.result()
    },
  }
}

/** How many rows the given number of pairs of walks takes. */
export function walkedRows(players: number, pairs: number): number {
  return 2 * pairs * Math.max(0, players - 1)
}

/** What each player adds when it joins, as the mean of a walk and its opposite. */
function pairValues(
  order: Uint16Array,
  scores: ArrayLike<number>,
  from: number,
  [empty, full]: readonly [number, number],
): Float64Array {
  const players = order.length
  const steps = players - 1
  const values = new Float64Array(players)
  const worth = (walk: number, joined: number): number => {
    if (joined === 0) return empty
    return joined === players ? full : scores[from + walk * steps + joined - 1]!
  }
  for (let i = 0; i < players; i++) {
    const onward = worth(0, i + 1) - worth(0, i)
    const opposite = worth(1, players - i) - worth(1, players - i - 1)
    values[order[i]!] = (onward + opposite) / 2
  }
  return values
}

/**
 * Mean of several estimates, and its variance (Welford). What trees make of a player takes few different values, so
 * that two draws often agree: each variance is therefore drawn towards the mean of all players', by the weight of one
 * draw.
 */
class Tally {
  readonly #means: Float64Array
  readonly #squares: Float64Array
  #count = 0

  constructor(players: number) {
    this.#means = new Float64Array(players)
    this.#squares = new Float64Array(players)
  }

  add(values: Float64Array): void {
    this.#count++
    values.forEach((value, player) => {
      const off = value - this.#means[player]!
      this.#means[player]! += off / this.#count
      this.#squares[player]! += off * (value - this.#means[player]!)
    })
  }

  result(): GameValues {
    const freedom = this.#count - 1
    const common = this.#squares.reduce((sum, square) => sum + square, 0) / this.#squares.length / freedom
    const scale = (freedom + 1) * this.#count
    return { values: this.#means, variances: this.#squares.map(square => (square + common) / scale) }
  }
}
