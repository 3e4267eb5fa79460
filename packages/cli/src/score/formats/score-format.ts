import type { ValueCell, ValueColumn } from '@millrace/platform/offline'
import type { InputRows } from '../rows.ts'

/** Rows of an input that are scored together. */
export interface InputPart {
  /** Rows of the input, those that cannot be read included. */
  readonly count: number
  /** How much of the input ends with it, from 0 to 1; undefined where that cannot be known. */
  readonly share: number | undefined
  load(): Promise<LoadedPart>
}

export interface LoadedPart {
  readonly rows: InputRows
  /** The number of each row within the input, from 1. */
  readonly numberOf: (row: number) => number
  /** Pieces of the input that are no rows. */
  readonly unreadable: readonly UnreadablePiece[]
  /** The part with further columns, as `assemble` takes it. */
  write(columns: readonly ValueColumn[], values: readonly (readonly ValueCell[])[]): Uint8Array
}

export interface UnreadablePiece {
  readonly number: number
  readonly text: string
}

/** An input of one of the formats. */
export interface ScoreInput extends AsyncDisposable {
  readonly format: 'parquet' | 'csv' | 'ndjson'
  /** The columns that it has; undefined where each row has its own. */
  readonly columns: readonly string[] | undefined
  /** The parts in their order; `needed` are the columns that are read. */
  parts(needed: readonly string[]): AsyncIterable<InputPart>
  /** Writes the file at a path from the bytes of its parts. */
  assemble(path: string, columns: readonly ValueColumn[], parts: AsyncIterable<Uint8Array>): Promise<void>
}
