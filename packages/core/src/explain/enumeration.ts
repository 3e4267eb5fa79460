import { begin, join, type ReferenceGame } from './reference-game.ts'
import { shapleyOfGame } from './shapley-of-game.ts'
import type { Valuation } from './valuation.ts'

/** Finds the exact values of a game from the worth of every coalition. */
export function enumeration(game: ReferenceGame): Valuation {
  const players = game.players.length
  return {
    rows: enumeratedRows(players),
    rowAt(index) {
      const row = begin(game)
      const mask = index + 1
      for (let player = 0; player < players; player++) {
        if ((mask >>> player) & 1) join(game, player, row)
      }
      return row
    },
    evaluate(scores, fullScore) {
      return { values: shapleyOfGame(players, worthsOf(game, scores, fullScore)) }
    },
  }
}

function worthsOf(
  { referenceScore }: ReferenceGame,
  scores: ArrayLike<number>,
  fullScore: number,
): Float64Array {
  const worths = new Float64Array(scores.length + 2)
  worths[0] = referenceScore
  worths.set(scores, 1)
  worths[worths.length - 1] = fullScore
  return worths
}

/** How many rows the enumeration of a game takes. */
export function enumeratedRows(players: number): number {
  return Math.max(0, 2 ** players - 2)
}
