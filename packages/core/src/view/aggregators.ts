import type { Aggregator } from '../aggregate/aggregator.ts'
import { decayedMeanOf } from '../aggregate/decayed-mean.ts'
import { distinctCount } from '../aggregate/distinct-count.ts'
import { maximum, minimum } from '../aggregate/extreme.ts'
import { mostFrequent } from '../aggregate/most-frequent.ts'
import { lagOf, timeSince } from '../aggregate/newest.ts'
import { oldest } from '../aggregate/oldest.ts'
import { quantileOf } from '../aggregate/quantile.ts'
import { slopeOf } from '../aggregate/slope.ts'
import { meanOfDoubles, sumOfDoubles } from '../aggregate/total.ts'
import { standardDeviation, variance } from '../aggregate/variance.ts'
import type { ValueAggregation } from '../define/aggregation.ts'

/** The algebra of an aggregation. `count` has none: it needs no values. */
export function aggregatorOf(aggregation: ValueAggregation): Aggregator {
  switch (aggregation.kind) {
    case 'sum':
      return sumOfDoubles
    case 'mean':
    case 'ratio':
      return meanOfDoubles
    case 'variance':
      return variance
    case 'standard-deviation':
      return standardDeviation
    case 'min':
      return minimum
    case 'max':
      return maximum
    case 'first':
      return oldest
    case 'lag':
      return lagOf(aggregation.steps)
    case 'time-since':
      return timeSince(aggregation.steps)
    case 'distinct-count':
      return distinctCount
    case 'quantile':
      return quantileOf(aggregation.q)
    case 'decayed-mean':
      return decayedMeanOf(aggregation.halfLife)
    case 'most-frequent':
      return mostFrequent
    case 'slope':
      return slopeOf(aggregation.per)
  }
}
