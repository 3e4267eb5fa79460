/**
 * The Shapley values of a game, from the worth of all its coalitions: `worths[mask]` is that of the players whose bits
 * are set in `mask`. There are 2^`players` of them, and the work is of that order.
 */
export function shapleyOfGame(players: number, worths: ArrayLike<number>): Float64Array {
  const weights = coalitionWeights(players)
  const count = 2 ** players
  const sizes = new Uint8Array(count)
  /** What a coalition adds to the value of each of its players, beyond what it takes from that of every player. */
  const shares = new Float64Array(count)
  let taken = 0
  for (let mask = 1; mask < count; mask++) {
    const size = sizes[mask >>> 1]! + (mask & 1)
    sizes[mask] = size
    const worth = worths[mask]! - worths[0]!
    const loss = size < players ? weights[size]! * worth : 0
    shares[mask] = weights[size - 1]! * worth + loss
    taken += loss
  }
  return sumsByPlayer(shares, players).map(sum => sum - taken)
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

/** Of each player the sum over all coalitions that it is in. Folds `shares`, which it leaves changed, player by player. */
function sumsByPlayer(shares: Float64Array, players: number): Float64Array {
  const sums = new Float64Array(players)
  for (let player = players - 1; player >= 0; player--) {
    const half = 2 ** player
    let sum = 0
    for (let i = 0; i < half; i++) {
      const share = shares[half + i]!
      sum += share
      shares[i]! += share
    }
    sums[player] = sum
  }
  return sums
}
