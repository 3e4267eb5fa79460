import type { Aggregation } from '../define/feature-view.ts'
import type { Series } from '../window/series.ts'
import type { Column } from './columns.ts'

/** A window over one source that features look at: (time − offset − window, time − offset]. */
export interface WindowRange {
  /** Index of the source among those of the view. */
  readonly source: number
  readonly window: number
  readonly offset: number
}

/** The value of one feature from the entries `start` to before `end` of its source. */
export type Fold = (series: Series, start: number, end: number) => number

/** How a feature is computed: from which of the ranges, and how. */
export interface Evaluator {
  readonly range: number
  readonly fold: Fold
}

/** Every window that the aggregations look at, each once however many features share it. */
export function rangesOf(
  aggregations: readonly Aggregation[],
  sourceOf: (a: Aggregation) => number,
): readonly WindowRange[] {
  const ranges = aggregations.map(a => ({ source: sourceOf(a), window: a.window, offset: a.offset }))
  return ranges.filter((range, i) => ranges.findIndex(other => isSameRange(other, range)) === i)
}

/** Builds the evaluator of one aggregation. */
export function evaluatorOf(
  aggregation: Aggregation,
  source: number,
  ranges: readonly WindowRange[],
  columns: readonly Column[],
): Evaluator {
  const { window, offset } = aggregation
  const range = ranges.findIndex(candidate => isSameRange(candidate, { source, window, offset }))
  return { range, fold: foldOf(aggregation, columns) }
}

function isSameRange(a: WindowRange, b: WindowRange): boolean {
  return a.source === b.source && a.window === b.window && a.offset === b.offset
}

function foldOf(aggregation: Aggregation, columns: readonly Column[]): Fold {
  if (aggregation.kind === 'count') return (_, start, end) => end - start
  const index = columns.findIndex(column => column.field === aggregation.field)
  const { scale } = columns[index]!
  if (aggregation.kind === 'sum') return (series, start, end) => series.sum(index, start, end) / scale
  return (series, start, end) => (start === end ? 0 : series.sum(index, start, end) / scale / (end - start))
}
