import type { CategoryEncoder, Outcomes, TargetOutcomes } from './encoder.ts'

/** A category as it is declared; a flag is true or false. */
export type Category = string | number | boolean

/** What becomes of a value in the columns of `oneHot`: 0 in all, a column of its own, or NaN in all. */
export type OneHotOutcome = 'zeros' | 'column' | 'missing'

interface OneHotOptions<
  C extends Category,
  P extends string,
  U extends OneHotOutcome,
  M extends OneHotOutcome,
> {
  /** One column each. */
  readonly categories: readonly C[]
  /** What the columns are called before `_<category>`. Default: the input's name. */
  readonly name?: P
  /** For a value that is none of the categories; its column is `_other`. Default `zeros`. */
  readonly unseen?: U
  /** For a missing value; its column is `_missing`. Default `zeros`. */
  readonly missing?: M
}

type Labels<C extends Category, U, M> =
  | C
  | (U extends 'column' ? 'other' : never)
  | (M extends 'column' ? 'missing' : never)

/**
 * A column for each category that is 1 where the input has it and else 0, to be spread into the features. The
 * categories are declared, since they name the columns.
 */
export function oneHot<
  const I extends string,
  const C extends Category,
  const P extends string = I,
  const U extends OneHotOutcome = 'zeros',
  const M extends OneHotOutcome = 'zeros',
>(
  input: I,
  options: OneHotOptions<C, P, U, M>,
): Readonly<Record<`${P}_${Labels<C, U, M>}`, CategoryEncoder<I>>> {
  const { name = input, unseen, missing } = options
  const categories = options.categories.map(categoryText)
  const outcomes = { unseen: inColumns(unseen), missing: inColumns(missing) }
  const column = (label: string, category: string | null, changed: Partial<Outcomes> = {}) => {
    const encoding = { kind: 'one-hot', category, categories, ...outcomes, ...changed } as const
    const encoder: CategoryEncoder<I> = { ...encoding, inputs: [input], takes: 'any' }
    return [`${name}_${label}`, encoder]
  }
  const columns = options.categories.map((category, i) => column(String(category), categories[i]!))
  if (unseen === 'column') columns.push(column('other', null, { unseen: 1 }))
  if (missing === 'column') columns.push(column('missing', null, { missing: 1 }))
  return Object.fromEntries(columns)
}

function inColumns(outcome: OneHotOutcome | undefined): number {
  return outcome === 'missing' ? Number.NaN : 0
}

interface VocabularyOptions extends Partial<Outcomes> {
  /** Of more categories the most frequent ones are learnt, of equally frequent ones the first in order. Default 10,000. */
  readonly maxCategories?: number
}

/** The place of a category among those given, or among those of the training window in ascending order, from 0. */
export function ordinal<const I extends string>(
  input: I,
  options: VocabularyOptions & {
    /** Learnt from the training window where they are not given. */
    readonly categories?: readonly Category[]
  } = {},
): CategoryEncoder<I> {
  const { categories, maxCategories = MOST_CATEGORIES, unseen = -1, missing = Number.NaN } = options
  const given = categories?.map(categoryText) ?? null
  return { kind: 'ordinal', inputs: [input], takes: 'any', categories: given, maxCategories, unseen, missing }
}

/** The murmur2 hash of a value's text, as one of `buckets` whole numbers from 0 on: no value is unseen. */
export function hashing<const I extends string>(
  input: I,
  { buckets, missing = Number.NaN }: { readonly buckets: number; readonly missing?: number },
): CategoryEncoder<I> {
  return { kind: 'hashing', inputs: [input], takes: 'any', buckets, missing }
}

/** The share of a category among the values of the training window. Default for an unseen one: 0. */
export function frequency<const I extends string>(
  input: I,
  { maxCategories = MOST_CATEGORIES, unseen = 0, missing = Number.NaN }: VocabularyOptions = {},
): CategoryEncoder<I> {
  return { kind: 'frequency', inputs: [input], takes: 'any', maxCategories, unseen, missing }
}

interface TargetOptions extends Partial<TargetOutcomes> {
  /** How many events at the overall mean are added to those of each category: the more, the less a rare one counts. */
  readonly smoothing: number
  /** Parts of the training window. An event of it is encoded without the outcomes of its own part. Default 5. */
  readonly folds?: number
  /** As of `ordinal`. */
  readonly maxCategories?: number
}

/**
 * The mean outcome of a category in the training window, (Σ outcomes + smoothing × mean) / (events + smoothing). An
 * event of that window is encoded by the other folds only, so never by its own outcome: its fold follows from its id,
 * and its event time says that it is in the window. Default for what is unseen or missing: the overall mean.
 */
export function target<const I extends string>(input: I, options: TargetOptions): CategoryEncoder<I> {
  const { smoothing, folds = 5, maxCategories = MOST_CATEGORIES, unseen = 'mean', missing = 'mean' } = options
  return { kind: 'target', inputs: [input], takes: 'any', smoothing, folds, maxCategories, unseen, missing }
}

const MOST_CATEGORIES = 10_000

/** Flags are the numbers 1 and 0. */
function categoryText(category: Category): string {
  return String(typeof category === 'boolean' ? Number(category) : category)
}
