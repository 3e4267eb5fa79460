import { open } from 'node:fs/promises'
import { type EventType, type Field, MillraceError, type Pipeline } from '@millrace/core'
import { openFileSource, ParquetFile } from '@millrace/platform/offline'
import { fileEvents, type ToEvents } from '../input/file-events.ts'
import { detectFormat } from '../input/format.ts'
import { openInput } from '../input/open-input.ts'
import { eventFileEvents } from '../source/event-file-input.ts'
import type { EventTable } from './event-table.ts'

/** A file of events. */
export interface InputFile {
  readonly path: string
  /** The event type of all its rows; undefined where the rows tell, or are scored events. */
  readonly type: EventType | undefined
}

/** Is told how many rows were read. */
export type OnRows = (rows: number) => void

const ROWS_PER_NOTE = 100_000
const PARQUET = Buffer.from('PAR1')

/** Reads a file into the tables of its events. Throws INPUT_INVALID. */
export async function readInput(
  pipeline: Pipeline,
  { path, type }: InputFile,
  tables: ReadonlyMap<string, EventTable>,
  toEvents: ToEvents | undefined,
  onRows: OnRows,
): Promise<void> {
  if (await isParquet(path)) return readParquet(path, tables.get((type ?? pipeline.scored).name)!, onRows)
  if (type !== undefined) return readRows(path, tables.get(type.name)!, onRows)
  if (toEvents !== undefined) return readEvents(fileEvents(path, toEvents), tables, name => name, onRows)
  const { rows } = await detectFormat(path)
  if (rows === 'csv') return readRows(path, tables.get(pipeline.scored.name)!, onRows)
  return readEvents(eventFileEvents(pipeline, path), tables, ({ name }) => name, onRows)
}

/** Throws INPUT_INVALID when the file cannot be read. */
export async function isParquet(path: string): Promise<boolean> {
  try {
    await using file = await open(path)
    const { buffer } = await file.read({ buffer: Buffer.alloc(PARQUET.length), position: 0 })
    return buffer.equals(PARQUET)
  } catch (cause) {
    throw new MillraceError('INPUT_INVALID', `${path} cannot be read: ${(cause as Error).message}.`, {
      cause,
      details: { path },
    })
  }
}

/** Column by column and row group by row group; what a file lacks is missing in every event. */
async function readParquet(path: string, table: EventTable, onRows: OnRows): Promise<void> {
  await using source = await openFileSource(path)
  const file = await ParquetFile.open(source)
  const there = new Set(file.columns.map(({ name }) => name))
  for (const group of file.rowGroups) {
    const columns: ArrayLike<unknown>[] = []
    for (const name of table.fieldNames) columns.push(there.has(name) ? await file.read(name, group) : [])
    for (let row = 0; row < group.rows; row++) {
      table.add(field => {
        const value = columns[field]![row]
        return typeof value === 'number' && Number.isNaN(value) ? null : value
      })
    }
    onRows(group.rows)
  }
}

async function readEvents<T>(
  events: AsyncIterable<{ readonly type: T; readonly event: object }>,
  tables: ReadonlyMap<string, EventTable>,
  nameOf: (type: T) => string,
  onRows: OnRows,
): Promise<void> {
  const counting = countRows(onRows)
  for await (const { type, event } of events) {
    const table = tables.get(nameOf(type))
    const values = event as Readonly<Record<string, unknown>>
    table?.add(field => values[table.fieldNames[field]!])
    counting.row()
  }
  counting.end()
}

/** A file whose rows are the fields of one event type. */
async function readRows(path: string, table: EventTable, onRows: OnRows): Promise<void> {
  const { rows: format } = await detectFormat(path)
  const fields = Object.entries<Field>(table.type.fields)
  const counting = countRows(onRows)
  for await (const values of openInput(path)) {
    table.add(index => {
      const [name, field] = fields[index]!
      return format === 'csv' ? parseCell(field, values[name]) : values[name]
    })
    counting.row()
  }
  counting.end()
}

/** CSV knows texts only: an empty one is missing, and a number or flag is written as in JSON. */
function parseCell({ kind }: Field, cell: unknown): unknown {
  if (typeof cell !== 'string' || kind === 'text') return cell
  if (cell === '') return null
  if (kind === 'flag' && /^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true'
  const number = Number(cell)
  return Number.isNaN(number) ? cell : number
}

function countRows(onRows: OnRows): { row(): void; end(): void } {
  let rows = 0
  return {
    row() {
      rows++
      if (rows < ROWS_PER_NOTE) return
      onRows(rows)
      rows = 0
    },
    end: () => onRows(rows),
  }
}
