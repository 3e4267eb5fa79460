import type { Aggregation } from '../define/feature-view.ts'
import type { Series } from '../window/series.ts'
import type { Column } from './columns.ts'

/** The value of one feature at `time`, from the series of its view's sources. */
export type Evaluator = (series: readonly Series[], time: number) => number

type Fold = (series: Series, start: number, end: number) => number

/** Builds the evaluator of one aggregation over the window (time − offset − window, time − offset]. */
export function evaluatorOf(
  aggregation: Aggregation,
  sourceIndex: number,
  columns: readonly Column[],
): Evaluator {
  const { window, offset } = aggregation
  const fold = foldOf(aggregation, columns)
  return (series, time) => {
    const source = series[sourceIndex]!
    const end = source.countUpTo(time - offset)
    return end === 0 ? 0 : fold(source, source.countUpTo(time - offset - window), end)
  }
}

function foldOf(aggregation: Aggregation, columns: readonly Column[]): Fold {
  if (aggregation.kind === 'count') return (_, start, end) => end - start
  const index = columns.findIndex(column => column.field === aggregation.field)
  const { scale } = columns[index]!
  if (aggregation.kind === 'sum') return (series, start, end) => series.sum(index, start, end) / scale
  return (series, start, end) => (start === end ? 0 : series.sum(index, start, end) / scale / (end - start))
}
