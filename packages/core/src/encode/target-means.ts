import type { TargetOutcomes } from '../define/encoder.ts'
import type { FeatureValue } from '../define/feature-value.ts'
import type { FittedEncoder, FoldSums } from './artifact.ts'
import { categoryOf } from './category.ts'

interface TargetEncoding extends TargetOutcomes {
  readonly smoothing: number
  readonly folds: number
}

type Means = (value: FeatureValue, fold: number) => number

/**
 * Builds the mean outcomes of categories. A row of the training window is given those of the other folds, so that its
 * own outcome is in none of them; any other row those of the whole window, which stand behind those of the folds.
 */
export function targetMeans(
  { smoothing, folds, unseen, missing }: TargetEncoding,
  { all, categories }: Extract<FittedEncoder, { readonly kind: 'target' }>,
): Means {
  const priors = withoutEach(all, folds).map(({ count, sum }) => (count === 0 ? Number.NaN : sum / count))
  const means = new Map(categories.map(([category, sums]) => [category, meansOf(sums)]))
  const unseenMeans = outcomeMeans(unseen)
  const missingMeans = outcomeMeans(missing)

  function meansOf(sums: FoldSums): readonly number[] {
    return withoutEach(sums, folds).map(({ count, sum }, i) =>
      count === 0 ? priors[i]! : (sum + smoothing * priors[i]!) / (count + smoothing),
    )
  }
  function outcomeMeans(outcome: number | 'mean'): readonly number[] {
    return outcome === 'mean' ? priors : priors.map(() => outcome)
  }
  return (value, fold) => {
    const category = categoryOf(value)
    const found = category === null ? missingMeans : (means.get(category) ?? unseenMeans)
    return found[fold < 0 ? folds : fold % folds]!
  }
}

interface Sums {
  readonly count: number
  readonly sum: number
}

/** What is left without each fold, and last what there is in all. */
function withoutEach({ counts, sums }: FoldSums, folds: number): readonly Sums[] {
  const whole = { count: total(counts), sum: total(sums) }
  const without = Array.from({ length: folds }, (_, fold) => ({
    count: whole.count - counts[fold]!,
    sum: whole.sum - sums[fold]!,
  }))
  return [...without, whole]
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
