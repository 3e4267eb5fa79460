import type { Encoder, ImputedStatistic } from '../define/encoder.ts'
import type { FeatureKind } from '../define/feature-value.ts'
import { sortedQuantile } from '../statistics/sorted-quantile.ts'
import type { FittedEncoder } from './artifact.ts'
import { frequencyFitting, mostFrequentFitting, targetFitting, vocabularyFitting } from './fit-categories.ts'
import { momentsFitting, rangeFitting, valuesFitting } from './fit-numbers.ts'
import type { Fitting } from './fold.ts'
import { fitLambda } from './yeo-johnson.ts'

/** How an encoder learns, undefined when it has nothing to learn. `kind` is that of its input. */
export function fittingOf(encoder: Encoder, kind: FeatureKind): Fitting<unknown> | undefined {
  return fitting(encoder, kind) as Fitting<unknown> | undefined
}

/** Whether an encoder has to be fitted. */
export function isFitted(encoder: Encoder): boolean {
  return fitting(encoder, 'number') !== undefined
}

function fitting(encoder: Encoder, kind: FeatureKind) {
  switch (encoder.kind) {
    case 'ordinal':
      return encoder.categories === null ? vocabularyFitting(encoder.maxCategories, kind) : undefined
    case 'frequency':
      return frequencyFitting(encoder.maxCategories, kind)
    case 'target':
      return targetFitting(encoder, kind)
    case 'quantile-binning':
      return valuesFitting(sorted => ({ kind: 'binning', edges: quantileEdges(sorted, encoder.bins) }))
    case 'uniform-binning':
      return rangeFitting((min, max) => ({ kind: 'binning', edges: evenEdges(min, max, encoder.bins) }))
    case 'power':
      return encoder.lambda === null
        ? valuesFitting(values => ({ kind: 'power', lambda: fitLambda(values) }))
        : undefined
    case 'min-max-scaling':
      return rangeFitting((min, max) => ({ kind: 'min-max-scaling', min, max }))
    case 'standard-scaling':
      return momentsFitting((mean, deviation) => ({ kind: 'standard-scaling', mean, deviation }))
    case 'robust-scaling':
      return valuesFitting(sorted => robustScaling(sorted, encoder.low, encoder.high))
    case 'imputation':
      return imputationFitting(encoder.statistic, kind)
    default:
      return undefined
  }
}

function imputationFitting(statistic: ImputedStatistic, kind: FeatureKind) {
  switch (statistic) {
    case 'mean':
      return momentsFitting(value => ({ kind: 'imputation', value }))
    case 'median':
      return valuesFitting(sorted => ({ kind: 'imputation', value: sortedQuantile(sorted, 0.5) }))
    case 'most-frequent':
      return mostFrequentFitting(kind)
  }
}

function robustScaling(sorted: Float64Array, low: number, high: number): FittedEncoder {
  const spread = sortedQuantile(sorted, high) - sortedQuantile(sorted, low)
  return { kind: 'robust-scaling', center: sortedQuantile(sorted, 0.5), spread }
}

/** The inner edges, each once: many equal values make fewer bins. */
function quantileEdges(sorted: Float64Array, bins: number): number[] {
  const edges = Array.from({ length: bins - 1 }, (_, i) => sortedQuantile(sorted, (i + 1) / bins))
  return [...new Set(edges)].filter(edge => edge > sorted[0]!)
}

function evenEdges(min: number, max: number, bins: number): number[] {
  if (min === max) return []
  return Array.from({ length: bins - 1 }, (_, i) => min + ((i + 1) * (max - min)) / bins)
}
