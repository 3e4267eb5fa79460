import type { ExplainedFeature } from './explained-features.ts'
import type { ShapleyValues } from './plan-explanation.ts'

/** A feature that moved a score, in words. */
export interface Reason {
  readonly code: string
  readonly feature: string
  /** What is the case: "mean of amount of the customer in 7 days is high". */
  readonly words: string
  /** The value, or the category; null where it is missing or made of several numbers. */
  readonly value: number | string | null
  /** The median of the background's values; null where it has none, or none that are numbers. */
  readonly usual: number | null
  /** How much it adds to the score, on top of the mean score of the background. */
  readonly contribution: number
  readonly direction: 'raises' | 'lowers'
}

/** Finds the reasons of a score: the largest contributions first, at most `top`. */
export type ReasonsOf = (vector: ArrayLike<number>, values: ShapleyValues, top: number) => readonly Reason[]

/** A contribution that is closer to 0 may be due to the sampling. */
const STANDARD_ERRORS = 3
/** A contribution that is a smaller share of the largest is due to rounding. */
const ROUNDING = 1e-6

/** Prepares the wording of reasons. `background` tells which values are usual. */
export function compileReasons(
  features: readonly ExplainedFeature[],
  background: readonly ArrayLike<number>[],
): ReasonsOf {
  const statements = features.map(feature => compileStatement(feature, background))
  return (vector, { contributions, standardErrors }, top) => {
    const sizes = contributions.map(Math.abs)
    const least = ROUNDING * Math.max(...sizes)
    return contributions
      .map((contribution, i) => ({ contribution, i, size: sizes[i]! }))
      .filter(({ size, i }) => size > Math.max(least, STANDARD_ERRORS * standardErrors[i]!))
      .toSorted((a, b) => b.size - a.size)
      .slice(0, top)
      .map(({ contribution, i }) => ({
        code: features[i]!.code,
        feature: features[i]!.name,
        ...statements[i]!(vector),
        contribution,
        direction: contribution > 0 ? 'raises' : 'lowers',
      }))
  }
}

type Statement = Pick<Reason, 'words' | 'value' | 'usual'>
type Compiled = (vector: ArrayLike<number>) => Statement

function compileStatement(
  { columns, words, categories }: ExplainedFeature,
  background: readonly ArrayLike<number>[],
): Compiled {
  const [column] = columns
  if (categories !== undefined) return vector => categoryStatement(words, categories, columns, vector)
  if (columns.length > 1) return () => ({ words, value: null, usual: null })
  const known = background.map(row => row[column!]!).filter(value => !Number.isNaN(value))
  const sorted = known.toSorted((a, b) => a - b)
  const isFlag = sorted.every(value => value === 0 || value === 1)
  return vector => {
    const value = vector[column!]!
    const level = isFlag && (value === 0 || value === 1) ? yesOrNo(value) : levelOf(value, sorted)
    return { words: `${words}${level}`, value: orNull(value), usual: orNull(median(sorted)) }
  }
}

function categoryStatement(
  words: string,
  categories: readonly (string | null)[],
  columns: readonly number[],
  vector: ArrayLike<number>,
): Statement {
  const place = columns.findIndex(column => vector[column] === 1)
  const value = categories[place] ?? null
  const named = categories.filter(category => category !== null)
  const is = value === null ? `is not ${named.join(' or ')}` : `is ${value}`
  return { words: `${words} ${is}`, value, usual: null }
}

function yesOrNo(value: number): string {
  return value === 1 ? ': yes' : ': no'
}

/** Among the quarter of the background that is highest, or lowest; of equal values half count as lower. */
function levelOf(value: number, sorted: readonly number[]): string {
  if (Number.isNaN(value)) return ' is missing'
  const lower = sorted.filter(other => other < value).length
  const equal = sorted.filter(other => other === value).length
  const share = sorted.length === 0 ? 0.5 : (lower + equal / 2) / sorted.length
  if (share >= 0.75) return ' is high'
  return share <= 0.25 ? ' is low' : ' is ordinary'
}

function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2
  return sorted.length === 0 ? Number.NaN : (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}

/** JSON has no NaN. */
function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
