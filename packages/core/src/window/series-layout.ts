import type { RowLayout } from './rows.ts'

/**
 * How the values of a column are kept. `total`: whole numbers, as running totals; `number`: doubles; `hash`: whole
 * numbers of 52 bits; `text`: texts. A missing one is 0 in a `total`, null in a `text`, else NaN.
 */
export type ColumnKind = 'total' | 'number' | 'hash' | 'text'

/** What a column holds at one place. */
export type Cell = number | string | null

/** Where the values of a column are: at a place of the rows, or, if they are texts, in a list of their own. */
export interface SeriesColumn {
  readonly kind: ColumnKind
  /** Among the numbers of a row, or among the lists of texts. */
  readonly place: number
}

/** How the events of a series are kept. */
export interface SeriesLayout {
  readonly columns: readonly SeriesColumn[]
  readonly rows: RowLayout
  /** How many columns are texts. */
  readonly texts: number
}

/** The numbers that are not summed stand behind the time in a row, and the totals behind them. */
export function seriesLayout(kinds: readonly ColumnKind[]): SeriesLayout {
  const plain = kinds.filter(kind => kind === 'number' || kind === 'hash').length
  const sums = kinds.filter(kind => kind === 'total').length
  const totals = 1 + plain
  const next = { total: totals, number: 1, text: 0 }
  const columns = kinds.map(kind => ({ kind, place: next[kind === 'hash' ? 'number' : kind]++ }))
  return { columns, rows: { width: totals + sums, totals }, texts: next.text }
}
