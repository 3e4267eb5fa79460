import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import {
  type Cell,
  type ColumnKind,
  type ColumnStore,
  createColumn,
  encodeColumn,
  readColumn,
} from './column-store.ts'
import { DoubleList } from './double-list.ts'
import type { RunningTotals } from './running-totals.ts'

/** Events in order of event time, of those with the same time in the order of handling, column by column. */
export class Series {
  readonly #kinds: readonly ColumnKind[]
  readonly #times = new DoubleList()
  readonly #columns: readonly ColumnStore[]

  constructor(kinds: readonly ColumnKind[]) {
    this.#kinds = kinds
    this.#columns = kinds.map(createColumn)
  }

  get length(): number {
    return this.#times.length
  }

  /** Event time of entry `index` (epoch ms). */
  timeAt(index: number): number {
    return this.#times.at(index)
  }

  /** What a column holds of entry `index`. */
  at(column: number, index: number): Cell {
    return this.#columns[column]!.at(index)
  }

  /** Adds an event, whose `row` has a cell for each column; answers its index. */
  insert(time: number, row: readonly Cell[]): number {
    const index = this.countUpTo(time)
    this.#times.insert(index, time)
    for (let c = 0; c < this.#columns.length; c++) this.#columns[c]!.insert(index, row[c] as never)
    return index
  }

  /** The number of entries at or before `time`. */
  countUpTo(time: number): number {
    return this.#times.countUpTo(time)
  }

  /** The sum of a `total` column over the entries from `start` to before `end`. */
  sum(column: number, start: number, end: number): number {
    return (this.#columns[column] as RunningTotals).sum(start, end)
  }

  /** Removes the `n` oldest entries. */
  removeOldest(n: number): void {
    this.#times.removeFirst(n)
    for (const column of this.#columns) column.removeFirst(n)
  }

  encode(writer: ByteWriter): void {
    const { length } = this
    writer.varint(length)
    this.#times.writeDifferences(writer, 0)
    for (let c = 0; c < this.#columns.length; c++)
      encodeColumn(this.#kinds[c]!, this.#columns[c]!, length, writer)
  }

  /** Reads what `encode` wrote in place of what it held. */
  read(reader: ByteReader): void {
    const length = reader.varint()
    this.#times.readSums(reader, length)
    for (let c = 0; c < this.#columns.length; c++)
      readColumn(this.#kinds[c]!, this.#columns[c]!, length, reader)
  }
}
