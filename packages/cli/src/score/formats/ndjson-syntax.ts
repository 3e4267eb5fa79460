import type { InputRow } from '../../input/row.ts'
import { jsonCell } from './cell-text.ts'
import type { TextSyntax } from './text-syntax.ts'

/** One JSON object a line; the text of an object is kept as it stands, down to the digits of its numbers. */
export function ndjsonSyntax(lines: AsyncIterable<string[]>): TextSyntax {
  return {
    columns: undefined,
    areTexts: false,
    head: () => '',
    async *records() {
      for await (const batch of lines) yield batch.filter(line => line.trim() !== '')
    },
    read: texts => texts.map(objectOf),
    widen(record, columns, cells) {
      const open = record.trimEnd().slice(0, -1).trimEnd()
      const further = columns.map(({ name }, i) => `${JSON.stringify(name)}:${jsonCell(cells[i]!)}`)
      return `${open}${open.endsWith('{') ? '' : ','}${further.join(',')}}\n`
    },
  }
}

function objectOf(text: string): InputRow | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as InputRow)
      : undefined
  } catch {
    return undefined
  }
}
