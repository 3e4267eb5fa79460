/** A row by its column names: texts where the file is CSV, JSON values where it is NDJSON. */
export type InputRow = Readonly<Record<string, unknown>>

/** Stands for a piece of the file that is no row, so that it is sent on and dead-lettered instead of lost. */
export function unreadableRow(text: string): InputRow {
  return { unreadable: text.trimEnd() }
}
