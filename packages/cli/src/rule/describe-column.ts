import type { FeatureReference } from '@millrace/core'

const DECILES = [1, 2, 3, 4, 5, 6, 7, 8, 9]

/** How the values of one column are distributed: bins between their unique deciles, right-closed. */
export function describeColumn(values: readonly number[]): FeatureReference {
  const present = values.filter(value => !Number.isNaN(value)).toSorted((a, b) => a - b)
  const missing = values.length - present.length
  const count = present.length
  if (count === 0) return { count, missing, edges: [], fractions: [0] }
  const edges = [...new Set(DECILES.map(decile => quantile(present, decile / 10)))]
  const counts = new Array<number>(edges.length + 1).fill(0)
  for (const value of present) counts[binOfValue(edges, value)]!++
  const mean = present.reduce((sum, value) => sum + value, 0) / count
  const variance = present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count
  const fractions = counts.map(inBin => inBin / count)
  return { count, missing, edges, fractions, mean, std: Math.sqrt(variance) }
}

function binOfValue(edges: readonly number[], value: number): number {
  const bin = edges.findIndex(edge => value <= edge)
  return bin < 0 ? edges.length : bin
}

/** Interpolated between the two nearest values. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below]!
  return low + (place - below) * ((sorted[below + 1] ?? low) - low)
}
