import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { DoubleList } from './double-list.ts'

/**
 * How the values of a field are summed. `exact`: whole numbers (minor units, flags), kept as running totals, so that
 * a window costs two look-ups and no rounding. `plain`: doubles, added up in order of event time at each evaluation.
 */
export type ColumnKind = 'exact' | 'plain'

/**
 * The events of one source in order of event time, of those with the same time in the order of handling.
 * Entry i of an `exact` column is the total of the values 0…i.
 */
export class Series {
  readonly #times: DoubleList
  readonly #kinds: readonly ColumnKind[]
  readonly #columns: readonly DoubleList[]
  /** Totals of the `exact` columns up to the entries that were removed. */
  readonly #removed: number[]
  #removedUpTo = -Infinity

  /** @param expected how many entries are about to come */
  constructor(kinds: readonly ColumnKind[], expected = 0) {
    const capacity = Math.max(8, expected + 4)
    this.#kinds = kinds
    this.#times = new DoubleList(capacity)
    this.#columns = kinds.map(() => new DoubleList(capacity))
    this.#removed = kinds.map(() => 0)
  }

  get length(): number {
    return this.#times.length
  }

  /** Event time of the newest entry that was removed (epoch ms), −Infinity when none was. */
  get removedUpTo(): number {
    return this.#removedUpTo
  }

  /** Event time of entry `index` (epoch ms). */
  timeAt(index: number): number {
    return this.#times.at(index)
  }

  /** Adds an event; `values` are those of the columns, in their order. */
  insert(time: number, values: readonly number[]): void {
    const index = this.#newestIsAtMost(time) ? this.length : this.#times.countUpTo(time)
    this.#times.insert(index, time)
    for (let c = 0; c < this.#columns.length; c++) {
      const column = this.#columns[c]!
      const value = values[c]!
      if (this.#kinds[c] === 'plain') column.insert(index, value)
      else {
        column.insert(index, this.#totalBefore(c, index) + value)
        column.addFrom(index + 1, value)
      }
    }
  }

  /** The number of entries at or before `time`. */
  countUpTo(time: number): number {
    return this.#newestIsAtMost(time) ? this.length : this.#times.countUpTo(time)
  }

  /** The sum of a column over the entries from `start` to before `end`. */
  sum(column: number, start: number, end: number): number {
    if (start >= end) return 0
    if (this.#kinds[column] === 'exact')
      return this.#columns[column]!.at(end - 1) - this.#totalBefore(column, start)
    let sum = 0
    for (let i = start; i < end; i++) sum += this.#columns[column]!.at(i)
    return sum
  }

  /** Removes the `n` oldest entries. */
  removeOldest(n: number): void {
    if (n <= 0) return
    this.#removedUpTo = Math.max(this.#removedUpTo, this.timeAt(n - 1))
    for (let c = 0; c < this.#columns.length; c++) {
      if (this.#kinds[c] === 'exact') this.#removed[c] = this.#totalBefore(c, n)
      this.#columns[c]!.removeFirst(n)
    }
    this.#times.removeFirst(n)
  }

  encode(writer: ByteWriter): void {
    const { length } = this
    writer.float64(this.#removedUpTo)
    writer.varint(length)
    const totals = [...this.#removed]
    let previous = 0
    for (let i = 0; i < length; i++) {
      const time = this.#times.at(i)
      writer.signed(time - previous)
      previous = time
      for (let c = 0; c < totals.length; c++) {
        const value = this.#columns[c]!.at(i)
        if (this.#kinds[c] === 'plain') writer.float64(value)
        else {
          writer.signed(value - totals[c]!)
          totals[c] = value
        }
      }
    }
  }

  static decode(reader: ByteReader, kinds: readonly ColumnKind[]): Series {
    const removedUpTo = reader.float64()
    const length = reader.varint()
    const series = new Series(kinds, length)
    series.#removedUpTo = removedUpTo
    const values: number[] = []
    let time = 0
    for (let i = 0; i < length; i++) {
      time += reader.signed()
      for (let c = 0; c < kinds.length; c++)
        values[c] = kinds[c] === 'exact' ? reader.signed() : reader.float64()
      series.insert(time, values)
    }
    return series
  }

  #newestIsAtMost(time: number): boolean {
    return this.length === 0 || this.#times.at(this.length - 1) <= time
  }

  #totalBefore(column: number, index: number): number {
    return index === 0 ? this.#removed[column]! : this.#columns[column]!.at(index - 1)
  }
}
