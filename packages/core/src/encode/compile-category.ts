import type { Encoder } from '../define/encoder.ts'
import type { FeatureValue } from '../define/feature-value.ts'
import { partitionOf } from '../partition/murmur2.ts'
import type { FittedEncoder } from './artifact.ts'
import { categoryOf, isMissingValue } from './category.ts'
import { learnt } from './compile-number.ts'
import { targetMeans } from './target-means.ts'

/** Makes one value of another; `fold` as of `Encode`. */
type CategoryFunction = (value: FeatureValue, fold: number) => FeatureValue

type CategoryEncoder = Extract<
  Encoder,
  { readonly kind: 'one-hot' | 'ordinal' | 'hashing' | 'frequency' | 'target' | 'is-missing' | 'imputation' }
>

/** Builds the function of an encoder that takes texts as well as numbers. */
export function compileCategoryEncoder(
  encoder: CategoryEncoder,
  fitted: FittedEncoder | undefined,
): CategoryFunction {
  switch (encoder.kind) {
    case 'one-hot': {
      const { category, categories } = encoder
      return lookUp(new Map(categories.map(known => [known, known === category ? 1 : 0])), encoder)
    }
    case 'ordinal': {
      const categories = encoder.categories ?? learnt(fitted, 'ordinal').categories
      return lookUp(new Map(categories.map((category, place) => [category, place])), encoder)
    }
    case 'frequency':
      return lookUp(new Map(learnt(fitted, 'frequency').shares), encoder)
    case 'hashing': {
      const { buckets, missing } = encoder
      return value => {
        const category = categoryOf(value)
        return category === null ? missing : partitionOf(category, buckets)
      }
    }
    case 'target':
      return targetMeans(encoder, learnt(fitted, 'target'))
    case 'is-missing':
      return value => (isMissingValue(value) ? 1 : 0)
    case 'imputation': {
      const imputed = learnt(fitted, 'imputation').value
      return value => (isMissingValue(value) ? imputed : value)
    }
  }
}

function lookUp(
  numbers: ReadonlyMap<string, number>,
  { unseen, missing }: { readonly unseen: number; readonly missing: number },
): CategoryFunction {
  return value => {
    const category = categoryOf(value)
    return category === null ? missing : (numbers.get(category) ?? unseen)
  }
}
