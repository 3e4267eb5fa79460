import { MillraceError } from '@millrace/core'
import { type Column, type ColumnKind, type ColumnValues, writeParquet } from '@millrace/platform/offline'

/** One value of a row: a number, a time (epoch ms), a text or a flag; null where missing. */
export type Cell = number | string | boolean | null

const TYPES: Readonly<Record<ColumnKind, 'number' | 'string' | 'boolean'>> = {
  double: 'number',
  integer: 'number',
  timestamp: 'number',
  text: 'string',
  flag: 'boolean',
}

/** Rows on their way into one file, kept by column. */
export class ColumnBuffer {
  readonly #columns: readonly Column[]
  readonly #values: Cell[][]

  constructor(columns: readonly Column[]) {
    this.#columns = columns
    this.#values = columns.map(() => [])
  }

  get rows(): number {
    return this.#values[0]!.length
  }

  /** Adds a row. Throws RECORD_UNREADABLE when a value that every row has is missing or of another kind. */
  add(cells: readonly Cell[]): void {
    for (let i = 0; i < this.#columns.length; i++) {
      this.#values[i]!.push(cellOf(this.#columns[i]!, cells[i]!))
    }
  }

  /** The rows as a Parquet file. */
  toParquet(): Uint8Array {
    const values = this.#columns.map(({ kind }, i) => valuesOf(kind, this.#values[i]!))
    return writeParquet(this.#columns, values)
  }
}

function cellOf({ name, kind, optional = false }: Column, cell: Cell): Cell {
  const type = TYPES[kind]
  if (typeof cell === type) return cell
  if (optional) return type === 'number' ? Number.NaN : null
  throw new MillraceError('RECORD_UNREADABLE', `A record has no ${kind} "${name}", though every one has it.`)
}

function valuesOf(kind: ColumnKind, cells: readonly Cell[]): ColumnValues {
  return TYPES[kind] === 'number' ? Float64Array.from(cells as number[]) : (cells as (string | null)[])
}
