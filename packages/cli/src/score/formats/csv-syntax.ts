import { MillraceError } from '@millrace/core'
import { parseRecords, readHeader } from '../../input/csv.ts'
import { CsvRecords } from '../../input/csv-records.ts'
import { csvCell, csvText } from './cell-text.ts'
import type { TextSyntax } from './text-syntax.ts'

/** CSV whose first record names the columns. Throws INPUT_INVALID. */
export async function csvSyntax(lines: AsyncIterable<string[]>): Promise<TextSyntax> {
  const records = recordsOf(lines)
  const { value: first = [] } = await records.next()
  const [header, ...others] = first
  if (header === undefined) throw new MillraceError('INPUT_INVALID', 'The file is empty.')
  const columns = readHeader(header)
  return {
    columns,
    areTexts: true,
    head: further => `${withoutReturn(header)},${further.map(({ name }) => csvText(name)).join(',')}\n`,
    async *records() {
      yield others
      yield* records
    },
    read: texts =>
      parseRecords(texts, columns).map(row =>
        'unreadable' in row && !columns.includes('unreadable') ? undefined : row,
      ),
    widen: (record, _, cells) => `${withoutReturn(record)},${cells.map(csvCell).join(',')}\n`,
  }
}

async function* recordsOf(lines: AsyncIterable<string[]>): AsyncGenerator<string[], void, undefined> {
  const records = new CsvRecords()
  const filled = (texts: string[]): string[] => texts.filter(text => text.trim() !== '')
  for await (const batch of lines) {
    const complete = filled(records.push(batch))
    if (complete.length > 0) yield complete
  }
  yield filled(records.end())
}

function withoutReturn(record: string): string {
  return record.endsWith('\r') ? record.slice(0, -1) : record
}
