import type { ValueCell, ValueColumn } from '@millrace/platform/offline'
import type { InputRow } from '../../input/row.ts'

/** How records of a text format are told apart, read and widened. */
export interface TextSyntax {
  /** The names of the columns, where a first record names them. */
  readonly columns: readonly string[] | undefined
  readonly areTexts: boolean
  /** What comes before the records of a file with further columns. */
  head(columns: readonly ValueColumn[]): string
  /** The records, some at a time. */
  records(): AsyncIterable<readonly string[]>
  /** The rows of records, undefined for one that cannot be read. */
  read(records: readonly string[]): readonly (InputRow | undefined)[]
  /** A record that could be read, with further cells. */
  widen(record: string, columns: readonly ValueColumn[], cells: readonly ValueCell[]): string
}
