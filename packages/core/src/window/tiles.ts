import type { Aggregator } from '../aggregate/aggregator.ts'
import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import type { Memory } from './memory.ts'
import type { MemoryLayout } from './memory-layout.ts'
import type { RowLayout, Rows } from './rows.ts'
import type { Cell } from './series-layout.ts'

/** Which events share a tile: those of the same stretch of time, or those of the same session. */
export type Tiling =
  | { readonly kind: 'fixed'; readonly size: number }
  | { readonly kind: 'session'; readonly gap: number }

/** A partial result that every tile keeps, and the column whose values it is made of. */
export interface TilePart {
  /** Equal keys mean equal parts. */
  readonly key: string
  readonly aggregator: Aggregator
  /** The most bytes that it takes when it is written. */
  readonly maxBytes: number
  /** What the value of an event is, or undefined when it has none. */
  valueOf(row: readonly Cell[]): number | string | undefined
}

/** What tiles keep of the events that were put into them. */
export interface TileLayout {
  readonly tiling: Tiling
  /** Indexes of the columns that are summed. */
  readonly totals: readonly number[]
  /** As `tileRows` of as many makes it. */
  readonly rows: RowLayout
  readonly parts: readonly TilePart[]
}

/** The places in the row of a tile behind its start; behind the count of its events stand those of the summed columns. */
const NEWEST = 1
const COUNT = 2
const SUMS = 3

/** The row of a tile that has the sums of so many columns. */
export function tileRows(sums: number): RowLayout {
  return { width: SUMS + sums, totals: COUNT }
}

/** Partial results of events, by the tiles that they fall into, in order of time. */
export class Tiles {
  readonly #layout: TileLayout
  readonly #rows: Rows
  /** The places of the lists of partial results, one for each part of the layout. */
  readonly #parts: readonly number[]

  constructor(layout: TileLayout, memory: MemoryLayout) {
    this.#layout = layout
    this.#rows = memory.rows(layout.rows)
    this.#parts = layout.parts.map(() => memory.object(() => []))
  }

  length(memory: Memory): number {
    return this.#rows.length(memory)
  }

  /** Time at which a tile starts: a fixed one at its border, a session with its first event (epoch ms). */
  startAt(memory: Memory, index: number): number {
    return this.#rows.timeAt(memory, index)
  }

  /** Event time of the newest event of a tile (epoch ms). */
  newestAt(memory: Memory, index: number): number {
    return this.#rows.at(memory, index, NEWEST)
  }

  /** The last time that belongs to a tile (epoch ms). */
  endAt(memory: Memory, index: number): number {
    const { tiling } = this.#layout
    return tiling.kind === 'fixed'
      ? this.startAt(memory, index) + tiling.size - 1
      : this.newestAt(memory, index)
  }

  /** The number of tiles that start at or before `time`. */
  countUpTo(memory: Memory, time: number): number {
    return this.#rows.countUpTo(memory, time)
  }

  /** How many events the tiles from `start` to before `end` hold. */
  count(memory: Memory, start: number, end: number): number {
    return this.#rows.sum(memory, COUNT, start, end)
  }

  /** The sum of the summed column `index` of the layout. */
  sum(memory: Memory, index: number, start: number, end: number): number {
    return this.#rows.sum(memory, SUMS + index, start, end)
  }

  /** Merges part `index` of the layout of the tiles from `start` to before `end` into `into`. */
  mergeInto(into: unknown, memory: Memory, index: number, start: number, end: number): void {
    const { aggregator } = this.#layout.parts[index]!
    const parts = this.#partsAt(memory, index)
    for (let i = start; i < end; i++) aggregator.merge(into, parts[i])
  }

  /** Adds an event; `row` has a cell for each column of its series. */
  add(memory: Memory, time: number, row: readonly Cell[]): void {
    const tile = this.#tileFor(memory, time)
    const { totals, parts } = this.#layout
    if (time > this.newestAt(memory, tile)) this.#rows.set(memory, tile, NEWEST, time)
    this.#rows.add(memory, tile, COUNT, 1)
    for (let i = 0; i < totals.length; i++) this.#rows.add(memory, tile, SUMS + i, row[totals[i]!] as number)
    for (let p = 0; p < parts.length; p++) {
      const value = parts[p]!.valueOf(row)
      if (value !== undefined) parts[p]!.aggregator.add(this.#partsAt(memory, p)[tile], time, value)
    }
  }

  /** Removes the `n` oldest tiles. */
  removeOldest(memory: Memory, n: number): void {
    this.#rows.removeFirst(memory, n)
    for (let p = 0; p < this.#parts.length; p++) this.#partsAt(memory, p).splice(0, n)
  }

  /** Writes the tiles. */
  encode(memory: Memory, writer: ByteWriter): void {
    const { rows, parts } = this.#layout
    const length = this.length(memory)
    writer.varint(length)
    let previous = 0
    for (let i = 0; i < length; i++) {
      const start = this.startAt(memory, i)
      writer.signed(start - previous)
      writer.varint(this.newestAt(memory, i) - start)
      previous = start
      for (let place = COUNT; place < rows.width; place++)
        writer.signed(this.#rows.sum(memory, place, i, i + 1))
      for (let p = 0; p < parts.length; p++) parts[p]!.aggregator.encode(this.#partsAt(memory, p)[i], writer)
    }
  }

  /** Reads what `encode` wrote in place of what it held. */
  read(memory: Memory, reader: ByteReader): void {
    const { rows, parts } = this.#layout
    const length = reader.count()
    this.#rows.resize(memory, length, length === 0 ? 0 : undefined)
    for (let p = 0; p < parts.length; p++) this.#partsAt(memory, p).length = 0
    let start = 0
    for (let i = 0; i < length; i++) {
      start += reader.signed()
      this.#rows.setTime(memory, i, start)
      this.#rows.set(memory, i, NEWEST, start + reader.varint())
      for (let place = COUNT; place < rows.width; place++)
        this.#rows.setTotal(memory, i, place, reader.signed())
      for (let p = 0; p < parts.length; p++)
        this.#partsAt(memory, p).push(parts[p]!.aggregator.decode(reader))
    }
  }

  /** The tile that an event at `time` falls into, which is made when there is none. */
  #tileFor(memory: Memory, time: number): number {
    const { tiling } = this.#layout
    return tiling.kind === 'fixed'
      ? this.#fixedTile(memory, time, tiling.size)
      : this.#sessionTile(memory, time, tiling.gap)
  }

  #fixedTile(memory: Memory, time: number, size: number): number {
    const start = Math.floor(time / size) * size
    const following = this.countUpTo(memory, start)
    if (following > 0 && this.startAt(memory, following - 1) === start) return following - 1
    return this.#insert(memory, following, start)
  }

  /** The session that the event continues; one that it brings forward begins with it; two that it connects become one. */
  #sessionTile(memory: Memory, time: number, gap: number): number {
    const following = this.countUpTo(memory, time)
    const continues = following > 0 && time - this.newestAt(memory, following - 1) < gap
    const precedes = following < this.length(memory) && this.startAt(memory, following) - time < gap
    if (continues) {
      if (precedes) this.#joinNext(memory, following - 1)
      return following - 1
    }
    if (!precedes) return this.#insert(memory, following, time)
    this.#rows.setTime(memory, following, time)
    return following
  }

  #insert(memory: Memory, index: number, start: number): number {
    const { parts } = this.#layout
    this.#rows.insert(memory, index, start)
    this.#rows.set(memory, index, NEWEST, start)
    for (let p = 0; p < parts.length; p++)
      this.#partsAt(memory, p).splice(index, 0, parts[p]!.aggregator.init())
    return index
  }

  #joinNext(memory: Memory, index: number): void {
    this.#rows.joinNext(memory, index)
    this.#layout.parts.forEach(({ aggregator }, p) => {
      const partials = this.#partsAt(memory, p)
      const [joined] = partials.splice(index + 1, 1)
      aggregator.merge(partials[index], joined)
    })
  }

  #partsAt({ objects }: Memory, index: number): unknown[] {
    return objects[this.#parts[index]!] as unknown[]
  }
}
