import { MillraceError } from '@millrace/core'
import { type Options, parse } from 'csv-parse/sync'
import { CsvRecords } from './csv-records.ts'
import { type InputRow, unreadableRow } from './row.ts'

const DIALECT = { record_delimiter: ['\r\n', '\n'], relax_column_count: true } satisfies Options

/**
 * Reads CSV (RFC 4180, lines ending in LF or CRLF) whose first record names the columns. A record with stray
 * quotes or another number of values comes as an unreadable row. Throws INPUT_INVALID when the names cannot be read.
 */
export async function* readCsv(lines: AsyncIterable<string[]>): AsyncGenerator<InputRow, void, undefined> {
  const records = new CsvRecords()
  let columns: string[] | undefined
  for await (const batch of lines) {
    const complete = records.push(batch).filter(record => record.trim() !== '')
    if (complete.length > 0) columns ??= readHeader(complete.shift()!)
    if (columns) yield* parseRecords(complete, columns)
  }
  if (columns) yield* parseRecords(records.end(), columns)
}

/** Reads the names of the columns from the first record. Throws INPUT_INVALID. */
export function readHeader(record: string): string[] {
  const [names] = parseValues([record])
  if (names) return names.map(name => name.trim())
  throw new MillraceError('INPUT_INVALID', 'The first line of a CSV file must name its columns.')
}

/** Parses all at once, which is many times faster, and one by one only when one of them is faulty. */
export function parseRecords(records: readonly string[], columns: readonly string[]): InputRow[] {
  const rows = parseValues(records)
  if (rows.length === records.length) return rows.map((row, index) => toRow(row, columns, records[index]!))
  return records.length === 1
    ? [unreadableRow(records[0]!)]
    : records.flatMap(record => parseRecords([record], columns))
}

/** Gives the values of each record, or nothing when a stray quote makes one of them unreadable. */
function parseValues(records: readonly string[]): string[][] {
  try {
    return parse(`${records.join('\n')}\n`, DIALECT)
  } catch {
    return []
  }
}

function toRow(values: readonly string[], columns: readonly string[], record: string): InputRow {
  if (values.length !== columns.length) return unreadableRow(record)
  const row: Record<string, string> = {}
  for (const [index, column] of columns.entries()) row[column] = values[index]!
  return row
}
