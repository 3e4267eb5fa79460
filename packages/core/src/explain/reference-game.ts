/**
 * The game that explains a row against one row of the background: a coalition is worth the score of the row that has
 * the values of its players, and the background's for all others. Players on which both rows agree have no part in it.
 */
export interface ReferenceGame {
  /** The columns of each player that takes part. */
  readonly players: readonly (readonly number[])[]
  /** The number of each of them among all players. */
  readonly numbers: readonly number[]
  readonly row: Float32Array
  readonly reference: Float32Array
  /** The score of `reference`: what nobody is worth. */
  readonly referenceScore: number
}

/** The game of `row` against `reference`; `players` are the columns of each. */
export function referenceGame(
  row: Float32Array,
  reference: Float32Array,
  referenceScore: number,
  players: readonly (readonly number[])[],
): ReferenceGame {
  const differs = (column: number): boolean => !Object.is(row[column], reference[column])
  const numbers = players.flatMap((columns, number) => (columns.some(differs) ? [number] : []))
  return { players: numbers.map(number => players[number]!), numbers, row, reference, referenceScore }
}

/** Writes the row of nobody, to be joined by `join`. */
export function begin({ reference }: ReferenceGame, target: Float32Array, at: number): void {
  target.set(reference, at)
}

/** Gives the row at `at` the values of one more player of the game. */
export function join(
  { players, row }: ReferenceGame,
  player: number,
  target: Float32Array,
  at: number,
): void {
  for (const column of players[player]!) target[at + column] = row[column]!
}
