import { enumeratedRows, enumeration } from './enumeration.ts'
import { Permutations } from './permutations.ts'
import type { ReferenceGame } from './reference-game.ts'
import type { Valuation } from './valuation.ts'
import { walkedRows, walks } from './walks.ts'

export interface SamplingOptions {
  /** Up to how many players that differ from the background every coalition is scored. At most 20. Default 12. */
  readonly exactUpTo?: number
  /**
   * How many rows one explanation may have the model score beyond that. Default 4,096. Never fewer than two pairs of
   * walks for each row of the background and 40 in all, without which no standard error would be worth its name.
   */
  readonly maxRows?: number
  /** The same seed gives the same estimate. Default 1. */
  readonly seed?: number
}

const FEWEST_PAIRS = 2
const FEWEST_PAIRS_IN_ALL = 40
/** The most players whose coalitions are counted by bits. */
const MOST_ENUMERATED = 20

/**
 * Decides for each game how its values are found. All are enumerated where few players differ, or where that is within
 * `maxRows`; else those are for which walks would cost as much.
 */
export function planValuations(
  games: readonly ReferenceGame[],
  { exactUpTo = 12, maxRows = 4_096, seed = 1 }: SamplingOptions,
): readonly Valuation[] {
  const sizes = games.map(game => game.players.length)
  const playing = new Set(games.flatMap(game => game.numbers)).size
  if (playing <= Math.min(exactUpTo, MOST_ENUMERATED) || total(sizes, enumeratedRows) < maxRows) {
    return games.map(enumeration)
  }
  const pairs = pairsWithin(sizes, maxRows)
  const permutations = new Permutations(seed)
  return games.map(game => {
    const players = game.players.length
    if (enumeratedRows(players) <= walkedRows(players, pairs)) return enumeration(game)
    return walks(
      game,
      Array.from({ length: pairs }, () => permutations.draw(players)),
    )
  })
}

/** How many pairs of walks each game gets. */
function pairsWithin(sizes: readonly number[], maxRows: number): number {
  let pairs = Math.max(FEWEST_PAIRS, Math.ceil(FEWEST_PAIRS_IN_ALL / sizes.length))
  const costOf = (count: number) =>
    total(sizes, players => Math.min(enumeratedRows(players), walkedRows(players, count)))
  while (costOf(pairs + 1) < maxRows) pairs++
  return pairs
}

function total(sizes: readonly number[], rowsOf: (players: number) => number): number {
  return sizes.reduce((sum, players) => sum + rowsOf(players), 0)
}
