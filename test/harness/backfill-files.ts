import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EventType, EventValues, Field } from '@millrace/core'
import {
  type Column,
  type ColumnValues,
  openFileSource,
  ParquetFile,
  ParquetWriter,
} from '@millrace/platform/offline'

const GROUP_ROWS = 100_000

/** Writes events of one type as a Parquet file with the columns of its fields. */
export async function writeEvents(
  path: string,
  type: EventType,
  events: readonly EventValues[],
): Promise<void> {
  const columns = Object.entries<Field>(type.fields).map(
    ([name, { kind, optional }]): Column => ({ name, kind: kind === 'money' ? 'double' : kind, optional }),
  )
  const writer = new ParquetWriter(columns)
  for (let from = 0; from < events.length; from += GROUP_ROWS) {
    const group = events.slice(from, from + GROUP_ROWS)
    writer.append(columns.map(column => valuesOf(column, group)))
  }
  await writeFile(path, writer.finish())
}

function valuesOf({ name, kind }: Column, events: readonly EventValues[]): ColumnValues {
  const cells = events.map(event => event[name]!)
  if (kind === 'text' || kind === 'flag') return cells as ColumnValues
  return Float64Array.from(cells, cell => (cell === null ? Number.NaN : Number(cell)))
}

/** The rows of the files that a backfill's manifest names, in their order. */
export async function readVectors(folder: string): Promise<Record<string, unknown>[]> {
  const manifest = JSON.parse(await readFile(join(folder, '_manifest.json'), 'utf8'))
  const rows: Record<string, unknown>[] = []
  for (const { path } of manifest.files) {
    await using source = await openFileSource(join(folder, path))
    const file = await ParquetFile.open(source)
    for (const group of file.rowGroups) {
      const names = file.columns.map(({ name }) => name)
      const columns: ColumnValues[] = []
      for (const name of names) columns.push(await file.read(name, group))
      for (let row = 0; row < group.rows; row++)
        rows.push(Object.fromEntries(names.map((name, i) => [name, columns[i]![row]])))
    }
  }
  return rows
}
