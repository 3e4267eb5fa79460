import type { Aggregation, FeatureValue } from '@millrace/core'

/** A value with its event time; of several with the same time, those handled later follow. */
export interface TimedValue {
  readonly time: number
  readonly value: number | string
}

/**
 * A measure by its definition, from values in order of event time; undefined when there are too few.
 * @param scale by which values are made whole before they are summed, as money is
 */
export function naiveMeasure(
  aggregation: Aggregation,
  items: readonly TimedValue[],
  time: number,
  scale = 1,
): FeatureValue | undefined {
  const values = items.map(item => item.value)
  const numbers = values as number[]
  const n = items.length
  if (aggregation.kind === 'count' || aggregation.kind === 'distinct-count') {
    return aggregation.kind === 'count' ? n : new Set(values).size
  }
  if (n === 0) return undefined
  switch (aggregation.kind) {
    case 'sum':
      return scaledSum(numbers, scale)
    case 'mean':
    case 'ratio':
      return scale === 1 ? exactMean(numbers) : scaledSum(numbers, scale) / n
    case 'variance':
      return n < 2 ? undefined : squaresAroundMean(numbers) / (n - 1)
    case 'standard-deviation':
      return n < 2 ? undefined : Math.sqrt(squaresAroundMean(numbers) / (n - 1))
    case 'min':
      return Math.min(...numbers)
    case 'max':
      return Math.max(...numbers)
    case 'first':
      return values[0]
    case 'lag':
      return values[n - 1 - aggregation.steps]
    case 'time-since':
      return n > aggregation.steps ? time - items[n - 1 - aggregation.steps]!.time : undefined
    case 'quantile':
      return numbers.toSorted((a, b) => a - b)[Math.floor(aggregation.q * (n - 1))]
    case 'decayed-mean':
      return decayedMean(items, aggregation.halfLife)
    case 'most-frequent':
      return mostFrequent(values)
    case 'slope':
      return slope(items, aggregation.per)
  }
}

function scaledSum(values: readonly number[], scale: number): number {
  return scale === 1 ? exactSum(values) : exactSum(values.map(value => Math.round(value * scale))) / scale
}

/** A binary point after so many digits leaves nothing of a double above 2^-150 out. */
const FRACTION_BITS = 202n

/** The sum of doubles without rounding, rounded once. */
export function exactSum(values: readonly number[]): number {
  let sum = 0n
  for (const value of values) sum += toFixedPoint(value)
  return Number(sum) / 2 ** Number(FRACTION_BITS)
}

/** The mean of doubles, rounded once. */
function exactMean(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + toFixedPoint(value), 0n)
  return Number((sum << 64n) / BigInt(values.length)) / 2 ** (Number(FRACTION_BITS) + 64)
}

function toFixedPoint(value: number): bigint {
  let scaled = value
  let bits = 0n
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    bits++
  }
  return BigInt(scaled) << (FRACTION_BITS - bits)
}

function squaresAroundMean(values: readonly number[]): number {
  const mean = exactSum(values) / values.length
  return exactSum(values.map(value => (value - mean) ** 2))
}

function decayedMean(items: readonly TimedValue[], halfLife: number): number {
  const newest = items.at(-1)!.time
  const weights = items.map(({ time }) => 2 ** ((time - newest) / halfLife))
  const weighted = items.map(({ value }, i) => (value as number) * weights[i]!)
  return exactSum(weighted) / exactSum(weights)
}

function mostFrequent(values: readonly (number | string)[]): number | string {
  const counts = new Map<number | string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const most = Math.max(...counts.values())
  const candidates = [...counts].filter(([, count]) => count === most).map(([value]) => value)
  return candidates.reduce((smallest, value) => (value < smallest ? value : smallest))
}

function slope(items: readonly TimedValue[], per: number): number | undefined {
  const times = items.map(({ time }) => time - items[0]!.time)
  const values = items.map(({ value }) => value as number)
  const meanTime = exactSum(times) / items.length
  const meanValue = exactSum(values) / items.length
  const spread = exactSum(times.map(time => (time - meanTime) ** 2))
  if (times.every(time => time === times[0])) return undefined
  return (exactSum(times.map((time, i) => (time - meanTime) * (values[i]! - meanValue))) / spread) * per
}
