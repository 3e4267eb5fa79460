/**
 * The Shapley values of a game, from the worth of all its coalitions: `worths[mask]` is that of the players whose bits
 * are set in `mask`. There are 2^`players` of them.
 */
export function shapleyOfGame(players: number, worths: ArrayLike<number>): Float64Array {
  const weights = coalitionWeights(players)
  const values = new Float64Array(players)
  for (let mask = 0; mask < 2 ** players; mask++) {
    const worth = worths[mask]!
    const size = sizeOf(mask)
    const joined = size > 0 ? weights[size - 1]! * worth : 0
    const absent = size < players ? weights[size]! * worth : 0
    for (let player = 0; player < players; player++) {
      values[player]! += (mask >>> player) & 1 ? joined : -absent
    }
  }
  return values
}

/** By the size s of the coalition that a player joins: s! (n − s − 1)! / n!, the share of orders in which it does. */
function coalitionWeights(players: number): Float64Array {
  const weights = new Float64Array(players)
  let weight = 1 / players
  for (let size = 0; size < players; size++) {
    weights[size] = weight
    weight *= (size + 1) / (players - size - 1)
  }
  return weights
}

function sizeOf(mask: number): number {
  let size = 0
  for (let rest = mask; rest !== 0; rest &= rest - 1) size++
  return size
}
