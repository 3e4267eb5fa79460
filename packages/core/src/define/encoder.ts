import type { FeatureValue } from './feature-value.ts'

/** What an encoder answers where it has nothing to go by: a number, or NaN for "missing". */
export interface Outcomes {
  /** For a value that the encoder has no number for: a category that it does not know, or a logarithm of −1. */
  readonly unseen: number
  /** For a missing value. */
  readonly missing: number
}

/** As `Outcomes`, or the mean of all outcomes of the training window. */
export interface TargetOutcomes {
  readonly unseen: number | 'mean'
  readonly missing: number | 'mean'
}

/** What a fitted encoder fills in for a missing value. */
export type ImputedStatistic = 'mean' | 'median' | 'most-frequent'

type CategoryEncoding =
  /** 1 for `category`, 0 for the other ones of `categories`; no category: the column of what is unseen or missing. */
  | ({
      readonly kind: 'one-hot'
      readonly category: string | null
      readonly categories: readonly string[]
    } & Outcomes)
  /** Fitted unless the categories are given. */
  | ({
      readonly kind: 'ordinal'
      readonly categories: readonly string[] | null
      readonly maxCategories: number
    } & Outcomes)
  | { readonly kind: 'hashing'; readonly buckets: number; readonly missing: number }
  | ({ readonly kind: 'frequency'; readonly maxCategories: number } & Outcomes)
  | ({
      readonly kind: 'target'
      readonly smoothing: number
      readonly folds: number
      readonly maxCategories: number
    } & TargetOutcomes)
  | { readonly kind: 'is-missing' }
  | { readonly kind: 'imputation'; readonly statistic: ImputedStatistic }
  /** The first input that is not missing; else `otherwise`. */
  | { readonly kind: 'first-known'; readonly otherwise: FeatureValue }

type NumberEncoding = Outcomes &
  (
    | { readonly kind: 'binning'; readonly edges: readonly number[] }
    | { readonly kind: 'quantile-binning'; readonly bins: number }
    | { readonly kind: 'uniform-binning'; readonly bins: number }
    | { readonly kind: 'log' | 'log1p' | 'sqrt' | 'standard-scaling' }
    | { readonly kind: 'product' }
    /** Yeo-Johnson; fitted unless lambda is given. */
    | { readonly kind: 'power'; readonly lambda: number | null }
    | {
        readonly kind: 'min-max-scaling'
        readonly low: number
        readonly high: number
        readonly clip: boolean
      }
    | { readonly kind: 'robust-scaling'; readonly low: number; readonly high: number }
    | { readonly kind: 'sine' | 'cosine'; readonly period: number; readonly start: number }
  )

/** How one number is made of one or several values. */
export type Encoding = CategoryEncoding | NumberEncoding

export type EncoderKind = Encoding['kind']

/**
 * What the compiler checks of an encoder: the names `I` of its inputs, and whether it takes numbers only, or texts as
 * well.
 */
export interface EncoderInputs<I extends string, T extends 'numbers' | 'any'> {
  readonly kind: EncoderKind
  readonly inputs: readonly I[]
  readonly takes: T
}

/** One feature made of others. */
export type Encoder<I extends string = string, T extends 'numbers' | 'any' = 'numbers' | 'any'> = Encoding &
  EncoderInputs<I, T>

export type NumberEncoder<I extends string> = Encoder<I, 'numbers'>
export type CategoryEncoder<I extends string> = Encoder<I, 'any'>
