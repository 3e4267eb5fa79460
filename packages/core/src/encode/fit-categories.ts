import type { FeatureKind } from '../define/feature-value.ts'
import type { FittedEncoder, FoldSums } from './artifact.ts'
import { categoryOf } from './category.ts'
import type { Fitting } from './fold.ts'

type Counts = Map<string, number>
type Counted = readonly (readonly [category: string, count: number])[]

/** Learns the categories, in ascending order. */
export function vocabularyFitting(maxCategories: number, kind: FeatureKind): Fitting<Counts> {
  return countsFitting(counts => {
    const kept = mostFrequent(counts, maxCategories, kind)
    return { kind: 'ordinal', categories: kept.map(([category]) => category) }
  })
}

/** Learns the share of each category among the values that are not missing. */
export function frequencyFitting(maxCategories: number, kind: FeatureKind): Fitting<Counts> {
  return countsFitting(counts => {
    const total = counts.reduce((sum, [, count]) => sum + count, 0)
    const kept = mostFrequent(counts, maxCategories, kind)
    return { kind: 'frequency', shares: kept.map(([category, count]) => [category, count / total]) }
  })
}

/** Learns the most frequent value, of equally frequent ones the first in order. */
export function mostFrequentFitting(kind: FeatureKind): Fitting<Counts> {
  return countsFitting(counts => {
    const [category] = mostFrequent(counts, 1, kind)[0]!
    return { kind: 'imputation', value: kind === 'number' ? Number(category) : category }
  })
}

function countsFitting(learn: (counts: Counted) => FittedEncoder): Fitting<Counts> {
  return {
    init: () => new Map(),
    add: (counts, { value }) => {
      const category = categoryOf(value)
      if (category !== null) counts.set(category, (counts.get(category) ?? 0) + 1)
    },
    merge: (a, b) => {
      const merged = new Map(a)
      for (const [category, count] of b) merged.set(category, (merged.get(category) ?? 0) + count)
      return merged
    },
    finish: counts => (counts.size === 0 ? undefined : learn([...counts])),
  }
}

/** At most so many of the categories, the most frequent ones, in ascending order. */
function mostFrequent(counts: Counted, maxCategories: number, kind: FeatureKind): Counted {
  const inOrder = counts.toSorted(([a], [b]) => compare(a, b, kind))
  if (inOrder.length <= maxCategories) return inOrder
  const kept = inOrder.toSorted(([, a], [, b]) => b - a).slice(0, maxCategories)
  return kept.toSorted(([a], [b]) => compare(a, b, kind))
}

function compare(a: string, b: string, kind: FeatureKind): number {
  if (kind === 'number') return Number(a) - Number(b)
  return a < b ? -1 : a > b ? 1 : 0
}

interface TargetState {
  readonly all: MutableSums
  readonly categories: Map<string, MutableSums>
}

interface MutableSums extends FoldSums {
  readonly counts: number[]
  readonly sums: number[]
}

/** Learns counts and sums of the outcomes by category and fold. Events without an outcome are passed over. */
export function targetFitting(
  { folds, maxCategories }: { readonly folds: number; readonly maxCategories: number },
  kind: FeatureKind,
): Fitting<TargetState> {
  const noSums = (): MutableSums => ({ counts: Array(folds).fill(0), sums: Array(folds).fill(0) })
  return {
    init: () => ({ all: noSums(), categories: new Map() }),
    add: ({ all, categories }, { value, fold, outcome }) => {
      if (outcome === null) return
      count(all, fold % folds, outcome)
      const category = categoryOf(value)
      if (category === null) return
      if (!categories.has(category)) categories.set(category, noSums())
      count(categories.get(category)!, fold % folds, outcome)
    },
    merge: (a, b) => {
      const names = [...new Set([...a.categories.keys(), ...b.categories.keys()])]
      const merged = names.map(name => [name, added(a.categories.get(name), b.categories.get(name))] as const)
      return { all: added(a.all, b.all), categories: new Map(merged) }
    },
    finish: ({ all, categories }) => {
      if (total(all.counts) === 0) return undefined
      const counted = [...categories].map(([name, { counts }]) => [name, total(counts)] as const)
      const kept = mostFrequent(counted, maxCategories, kind)
      return { kind: 'target', all, categories: kept.map(([name]) => [name, categories.get(name)!]) }
    },
  }

  function added(a: FoldSums = noSums(), b: FoldSums = noSums()): MutableSums {
    return {
      counts: a.counts.map((value, fold) => value + b.counts[fold]!),
      sums: a.sums.map((value, fold) => value + b.sums[fold]!),
    }
  }
}

function count({ counts, sums }: MutableSums, fold: number, outcome: number): void {
  counts[fold]!++
  sums[fold]! += outcome
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
