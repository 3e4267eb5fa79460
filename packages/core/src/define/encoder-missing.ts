import type { CategoryEncoder, ImputedStatistic } from './encoder.ts'
import type { FeatureValue } from './feature-value.ts'

/** The input, or where it is missing its mean, median or most frequent value in the training window. */
export function impute<const I extends string>(
  input: I,
  { with: statistic }: { readonly with: ImputedStatistic },
): CategoryEncoder<I> {
  return { kind: 'imputation', inputs: [input], takes: 'any', statistic }
}

/**
 * The first input that is not missing, such as a reading and then the last one known of its sensor; `otherwise` where
 * all are missing, by default missing too.
 */
export function firstKnown<const I extends string>(
  inputs: readonly [I, ...I[]],
  { otherwise = Number.NaN }: { readonly otherwise?: FeatureValue } = {},
): CategoryEncoder<I> {
  return { kind: 'first-known', inputs, takes: 'any', otherwise }
}

/** 1 where the input is missing, else 0. */
export function isMissing<const I extends string>(input: I): CategoryEncoder<I> {
  return { kind: 'is-missing', inputs: [input], takes: 'any' }
}
