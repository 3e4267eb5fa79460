/**
 * The game that explains a row against one row of the background: a coalition is worth the score of the row that has
 * the values of its players, and the background's for all others. Players on which both rows agree have no part in it.
 */
export interface ReferenceGame {
  /** The columns of each player that takes part. */
  readonly players: readonly (readonly number[])[]
  /** The number of each of them among all players. */
  readonly numbers: readonly number[]
  readonly row: Float64Array
  readonly reference: Float64Array
  /** The score of `reference`: what nobody is worth. */
  readonly referenceScore: number
}

/** The game of `row` against `reference`; `players` are the columns of each. */
export function referenceGame(
  row: Float64Array,
  reference: Float64Array,
  referenceScore: number,
  players: readonly (readonly number[])[],
): ReferenceGame {
  const differs = (column: number): boolean => !Object.is(row[column], reference[column])
  const numbers = players.flatMap((columns, number) => (columns.some(differs) ? [number] : []))
  return { players: numbers.map(number => players[number]!), numbers, row, reference, referenceScore }
}

/** The row of nobody, to be joined by `join`. */
export function begin({ reference }: ReferenceGame): Float64Array {
  return reference.slice()
}

/** Gives a row the values of one more player of the game. */
export function join({ players, row }: ReferenceGame, player: number, joined: Float64Array): void {
  for (const column of players[player]!) joined[column] = row[column]!
}
