import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { Rows } from './rows.ts'
import type { Cell, SeriesColumn, SeriesLayout } from './series-layout.ts'
import { TextList } from './text-list.ts'

const NO_TEXTS: readonly TextList[] = []

/** Events in order of event time, of those with the same time in the order of handling. */
export class Series {
  readonly #layout: SeriesLayout
  readonly #rows: Rows
  readonly #texts: readonly TextList[]

  constructor(layout: SeriesLayout) {
    this.#layout = layout
    this.#rows = new Rows(layout.rows)
    this.#texts = layout.texts === 0 ? NO_TEXTS : Array.from({ length: layout.texts }, () => new TextList())
  }

  get length(): number {
    return this.#rows.length
  }

  /** Event time of entry `index` (epoch ms). */
  timeAt(index: number): number {
    return this.#rows.timeAt(index)
  }

  /** What a column holds of entry `index`. */
  at(column: number, index: number): Cell {
    const { kind, place } = this.#layout.columns[column]!
    if (kind === 'total') return this.#rows.sum(place, index, index + 1)
    return kind === 'text' ? this.#texts[place]!.at(index) : this.#rows.at(index, place)
  }

  /** Adds an event, whose `row` has a cell for each column; answers its index. */
  insert(time: number, row: readonly Cell[]): number {
    const index = this.countUpTo(time)
    this.#rows.insert(index, time)
    const { columns } = this.#layout
    for (let c = 0; c < columns.length; c++) {
      const { kind, place } = columns[c]!
      if (kind === 'total') this.#rows.add(index, place, row[c] as number)
      else if (kind === 'text') this.#texts[place]!.insert(index, row[c] as string | null)
      else this.#rows.set(index, place, row[c] as number)
    }
    return index
  }

  /** The number of entries at or before `time`. */
  countUpTo(time: number): number {
    return this.#rows.countUpTo(time)
  }

  /** The sum of a `total` column over the entries from `start` to before `end`. */
  sum(column: number, start: number, end: number): number {
    return this.#rows.sum(this.#layout.columns[column]!.place, start, end)
  }

  /** Removes the `n` oldest entries. */
  removeOldest(n: number): void {
    this.#rows.removeFirst(n)
    for (const texts of this.#texts) texts.removeFirst(n)
  }

  /** Writes the entries column by column. */
  encode(writer: ByteWriter): void {
    writer.varint(this.length)
    this.#rows.encodeTimes(writer)
    for (const column of this.#layout.columns) this.#encodeColumn(column, writer)
  }

  /** Reads what `encode` wrote in place of what it held. */
  read(reader: ByteReader): void {
    this.#rows.readTimes(reader, reader.varint())
    for (const column of this.#layout.columns) this.#readColumn(column, reader)
  }

  #encodeColumn({ kind, place }: SeriesColumn, writer: ByteWriter): void {
    if (kind === 'total') this.#rows.encodeTotals(writer, place)
    else if (kind === 'text') this.#texts[place]!.encode(writer)
    else if (kind === 'number') for (let i = 0; i < this.length; i++) writer.float64(this.#rows.at(i, place))
    else for (let i = 0; i < this.length; i++) writeHash(this.#rows.at(i, place), writer)
  }

  #readColumn({ kind, place }: SeriesColumn, reader: ByteReader): void {
    if (kind === 'total') this.#rows.readTotals(reader, place)
    else if (kind === 'text') this.#texts[place]!.read(reader, this.length)
    else if (kind === 'number')
      for (let i = 0; i < this.length; i++) this.#rows.set(i, place, reader.float64())
    else for (let i = 0; i < this.length; i++) this.#rows.set(i, place, readHash(reader))
  }
}

/** Zero is a hash that is missing. */
function writeHash(hash: number, writer: ByteWriter): void {
  writer.varint(Number.isNaN(hash) ? 0 : hash + 1)
}

function readHash(reader: ByteReader): number {
  const following = reader.varint()
  return following === 0 ? Number.NaN : following - 1
}
