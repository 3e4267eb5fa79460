import type { Column, ColumnValues } from '@millrace/platform/offline'
import { type ArchiveReader, type Columns, joined } from './archive-reader.ts'
import { type Candidates, isInWindow, type LeftOut, type Selection } from './selection.ts'

const DAY_MS = 86_400_000

/** The days that can have events of a window, in order. */
export function daysWithin<V>(
  days: ReadonlyMap<string, V>,
  { from, to }: { readonly from: number; readonly to: number },
): [string, V][] {
  return [...days].filter(([date]) => {
    const start = Date.parse(date)
    return start + DAY_MS > from && start < to
  })
}

/** Ids and event times of the vectors that a version of the pipeline made, of some files. */
export async function readEvents(
  reader: ArchiveReader,
  names: readonly string[],
  version: number,
): Promise<{ readonly ids: readonly string[]; readonly times: Float64Array }> {
  const files: Columns[] = []
  for (const name of names) {
    const table = await reader.open(name)
    const columns = await table.read(['id', 'event_time', 'version'])
    files.push(takeRows(columns, rowsOf(columns, version)))
  }
  return { ids: idTexts(joinColumn(files, 'id')), times: joinColumn(files, 'event_time') as Float64Array }
}

/** The columns of the vectors of a day. Those of other versions may have others: they are left out and counted. */
export async function readDay(
  reader: ArchiveReader,
  names: readonly string[],
  columns: readonly Column[],
  {
    selection,
    version,
    leftOut,
  }: { readonly selection: Selection; readonly version: number; readonly leftOut: LeftOut },
): Promise<Columns> {
  const files: Columns[] = []
  for (const name of names) {
    const table = await reader.open(name)
    const head = await table.read(['event_time', 'version'])
    const rows = rowsOf(head, version)
    leftOut.other_version += rowsOfOthers(head, version, selection)
    if (rows.length > 0) files.push(takeRows(await table.read(columns.map(column => column.name)), rows))
  }
  return Object.fromEntries(columns.map(({ name }) => [name, joinColumn(files, name)]))
}

/** What the selection looks at. */
export function candidatesOf(day: Columns): Candidates {
  return {
    ids: idTexts(day['id']!),
    times: day['event_time'] as Float64Array,
    partitions: day['origin_partition'] as Float64Array,
    offsets: day['origin_offset'] as Float64Array,
  }
}

/** The texts of ids, which may be whole numbers. */
export function idTexts(ids: ColumnValues): readonly string[] {
  return Array.from(ids as ArrayLike<string | number>, String)
}

/** The values of some rows. */
export function takeValues(values: ColumnValues, rows: readonly number[]): ColumnValues {
  if (values instanceof Float64Array) return Float64Array.from(rows, row => values[row]!)
  return rows.map(row => values[row]!) as ColumnValues
}

function takeRows(columns: Columns, rows: readonly number[]): Columns {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, takeValues(values, rows)]))
}

function joinColumn(files: readonly Columns[], name: string): ColumnValues {
  return joined(files.map(columns => columns[name]!))
}

function rowsOf(columns: Columns, version: number): number[] {
  const versions = columns['version'] as Float64Array
  return [...versions.keys()].filter(row => versions[row] === version)
}

function rowsOfOthers(columns: Columns, version: number, selection: Selection): number {
  const times = columns['event_time'] as Float64Array
  const isOther = (row: number): boolean => (columns['version'] as Float64Array)[row] !== version
  return [...times.keys()].filter(row => isOther(row) && isInWindow(selection, times[row]!)).length
}
