import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import type { Memory } from './memory.ts'
import type { MemoryLayout } from './memory-layout.ts'
import type { Rows } from './rows.ts'
import type { Cell, SeriesColumn, SeriesLayout } from './series-layout.ts'
import { TextList } from './text-list.ts'

/** Events in order of event time, of those with the same time in the order of handling. */
export class Series {
  readonly #layout: SeriesLayout
  readonly #rows: Rows
  /** The places of the lists of texts. */
  readonly #texts: readonly number[]

  constructor(layout: SeriesLayout, memory: MemoryLayout) {
    this.#layout = layout
    this.#rows = memory.rows(layout.rows)
    this.#texts = Array.from({ length: layout.texts }, () => memory.object(() => new TextList()))
  }

  length(memory: Memory): number {
    return this.#rows.length(memory)
  }

  /** Event time of entry `index` (epoch ms). */
  timeAt(memory: Memory, index: number): number {
    return this.#rows.timeAt(memory, index)
  }

  /** What a column holds of entry `index`. */
  at(memory: Memory, column: number, index: number): Cell {
    const { kind, place } = this.#layout.columns[column]!
    if (kind === 'total') return this.#rows.sum(memory, place, index, index + 1)
    return kind === 'text' ? this.#textsAt(memory, place).at(index) : this.#rows.at(memory, index, place)
  }

  /** Adds an event, whose `row` has a cell for each column; answers its index. */
  insert(memory: Memory, time: number, row: readonly Cell[]): number {
    const index = this.countUpTo(memory, time)
    this.#rows.insert(memory, index, time)
    const { columns } = this.#layout
    for (let c = 0; c < columns.length; c++) {
      const { kind, place } = columns[c]!
      if (kind === 'total') this.#rows.add(memory, index, place, row[c] as number)
      else if (kind === 'text') this.#textsAt(memory, place).insert(index, row[c] as string | null)
      else this.#rows.set(memory, index, place, row[c] as number)
    }
    return index
  }

  /** The number of entries at or before `time`. */
  countUpTo(memory: Memory, time: number): number {
    return this.#rows.countUpTo(memory, time)
  }

  /** The sum of a `total` column over the entries from `start` to before `end`. */
  sum(memory: Memory, column: number, start: number, end: number): number {
    return this.#rows.sum(memory, this.#layout.columns[column]!.place, start, end)
  }

  /** Removes the `n` oldest entries. */
  removeOldest(memory: Memory, n: number): void {
    this.#rows.removeFirst(memory, n)
    for (let place = 0; place < this.#texts.length; place++) this.#textsAt(memory, place).removeFirst(n)
  }

  /** Writes the entries column by column. */
  encode(memory: Memory, writer: ByteWriter): void {
    writer.varint(this.length(memory))
    this.#rows.encodeTimes(memory, writer)
    for (const column of this.#layout.columns) this.#encodeColumn(column, memory, writer)
  }

  /** Reads what `encode` wrote in place of what it held. */
  read(memory: Memory, reader: ByteReader): void {
    this.#rows.resize(memory, reader.count())
    this.#rows.readTimes(memory, reader)
    for (const column of this.#layout.columns) this.#readColumn(column, memory, reader)
  }

  #encodeColumn({ kind, place }: SeriesColumn, memory: Memory, writer: ByteWriter): void {
    const length = this.length(memory)
    if (kind === 'total') this.#rows.encodeTotals(memory, writer, place)
    else if (kind === 'text') this.#textsAt(memory, place).encode(writer)
    else if (kind === 'number')
      for (let i = 0; i < length; i++) writer.float64(this.#rows.at(memory, i, place))
    else for (let i = 0; i < length; i++) writeHash(this.#rows.at(memory, i, place), writer)
  }

  #readColumn({ kind, place }: SeriesColumn, memory: Memory, reader: ByteReader): void {
    const length = this.length(memory)
    if (kind === 'total') this.#rows.readTotals(memory, reader, place)
    else if (kind === 'text') this.#textsAt(memory, place).read(reader, length)
    else if (kind === 'number')
      for (let i = 0; i < length; i++) this.#rows.set(memory, i, place, reader.float64())
    else for (let i = 0; i < length; i++) this.#rows.set(memory, i, place, readHash(reader))
  }

  #textsAt({ objects }: Memory, place: number): TextList {
    return objects[this.#texts[place]!] as TextList
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
