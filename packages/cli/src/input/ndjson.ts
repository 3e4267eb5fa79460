import { type InputRow, unreadableRow } from './row.ts'

/** Reads one JSON object a line; empty lines are skipped, and any other line comes as an unreadable row. */
export async function* readNdjson(lines: AsyncIterable<string[]>): AsyncGenerator<InputRow, void, undefined> {
  for await (const batch of lines) {
    for (const line of batch) if (line.trim() !== '') yield parseRow(line)
  }
}

function parseRow(line: string): InputRow {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : unreadableRow(line)
  } catch {
    return unreadableRow(line)
  }
}

function isObject(value: unknown): value is InputRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
