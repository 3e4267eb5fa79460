/** A game: what a coalition of players is worth. */
export type Game = (coalition: ReadonlySet<number>) => number

/** The definition: what a player adds, on average over all orders in which the players can join. */
export function naiveShapley(players: number, worth: Game): number[] {
  const orders = permutationsOf(Array.from({ length: players }, (_, i) => i))
  const values = new Array<number>(players).fill(0)
  for (const order of orders) {
    const joined = new Set<number>()
    for (const player of order) {
      const before = worth(joined)
      joined.add(player)
      values[player]! += (worth(joined) - before) / orders.length
    }
  }
  return values
}

function permutationsOf(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, i) => permutationsOf(items.toSpliced(i, 1)).map(rest => [item, ...rest]))
}
