import type { Aggregator } from '../aggregate/aggregator.ts'
import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { type RowLayout, Rows } from './rows.ts'
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
  readonly #parts: readonly unknown[][]

  constructor(layout: TileLayout) {
    this.#layout = layout
    this.#rows = new Rows(layout.rows)
    this.#parts = layout.parts.map(() => [])
  }

  get length(): number {
    return this.#rows.length
  }

  /** Time at which a tile starts: a fixed one at its border, a session with its first event (epoch ms). */
  startAt(index: number): number {
    return this.#rows.timeAt(index)
  }

  /** Event time of the newest event of a tile (epoch ms). */
  newestAt(index: number): number {
    return this.#rows.at(index, NEWEST)
  }

  /** The number of tiles that start at or before `time`. */
  countUpTo(time: number): number {
    return this.#rows.countUpTo(time)
  }

  /** How many events the tiles from `start` to before `end` hold. */
  count(start: number, end: number): number {
    return this.#rows.sum(COUNT, start, end)
  }

  /** The sum of the summed column `index` of the layout. */
  sum(index: number, start: number, end: number): number {
    return this.#rows.sum(SUMS + index, start, end)
  }

  /** Merges part `index` of the layout of the tiles from `start` to before `end` into `into`. */
  mergeInto(into: unknown, index: number, start: number, end: number): void {
    const { aggregator } = this.#layout.parts[index]!
    const parts = this.#parts[index]!
    for (let i = start; i < end; i++) aggregator.merge(into, parts[i])
  }

  /** Adds an event; `row` has a cell for each column of its series. */
  add(time: number, row: readonly Cell[]): void {
    const tile = this.#tileFor(time)
    const { totals, parts } = this.#layout
    if (time > this.newestAt(tile)) this.#rows.set(tile, NEWEST, time)
    this.#rows.add(tile, COUNT, 1)
    for (let i = 0; i < totals.length; i++) this.#rows.add(tile, SUMS + i, row[totals[i]!] as number)
    for (let i = 0; i < parts.length; i++) {
      const value = parts[i]!.valueOf(row)
      if (value !== undefined) parts[i]!.aggregator.add(this.#parts[i]![tile], time, value)
    }
  }

  /** Removes the `n` oldest tiles. */
  removeOldest(n: number): void {
    this.#rows.removeFirst(n)
    for (const parts of this.#parts) parts.splice(0, n)
  }

  /** Writes the tiles, without their number. */
  encode(writer: ByteWriter): void {
    const { rows, parts } = this.#layout
    let previous = 0
    for (let i = 0; i < this.length; i++) {
      const start = this.startAt(i)
      writer.signed(start - previous)
      writer.varint(this.newestAt(i) - start)
      previous = start
      for (let place = COUNT; place < rows.width; place++) writer.signed(this.#rows.sum(place, i, i + 1))
      parts.forEach(({ aggregator }, p) => {
        aggregator.encode(this.#parts[p]![i], writer)
      })
    }
  }

  /** Reads `length` tiles that `encode` wrote in place of what it held. */
  read(reader: ByteReader, length: number): void {
    const { rows, parts } = this.#layout
    this.#rows.clear()
    for (const known of this.#parts) known.length = 0
    let start = 0
    for (let i = 0; i < length; i++) {
      start += reader.signed()
      this.#rows.insert(i, start)
      this.#rows.set(i, NEWEST, start + reader.varint())
      for (let place = COUNT; place < rows.width; place++) this.#rows.add(i, place, reader.signed())
      for (let p = 0; p < parts.length; p++) this.#parts[p]!.push(parts[p]!.aggregator.decode(reader))
    }
  }

  /** The tile that an event at `time` falls into, which is made when there is none. */
  #tileFor(time: number): number {
    const { tiling } = this.#layout
    return tiling.kind === 'fixed' ? this.#fixedTile(time, tiling.size) : this.#sessionTile(time, tiling.gap)
  }

  #fixedTile(time: number, size: number): number {
    const start = Math.floor(time / size) * size
    const following = this.countUpTo(start)
    if (following > 0 && this.startAt(following - 1) === start) return following - 1
    return this.#insert(following, start)
  }

  /** The session that the event continues; one that it brings forward begins with it; two that it connects become one. */
  #sessionTile(time: number, gap: number): number {
    const following = this.countUpTo(time)
    const continues = following > 0 && time - this.newestAt(following - 1) < gap
    const precedes = following < this.length && this.startAt(following) - time < gap
    if (continues) {
      if (precedes) this.#joinNext(following - 1)
      return following - 1
    }
    if (!precedes) return this.#insert(following, time)
    this.#rows.setTime(following, time)
    return following
  }

  #insert(index: number, start: number): number {
    const { parts } = this.#layout
    this.#rows.insert(index, start)
    this.#rows.set(index, NEWEST, start)
    for (let p = 0; p < parts.length; p++) this.#parts[p]!.splice(index, 0, parts[p]!.aggregator.init())
    return index
  }

  #joinNext(index: number): void {
    this.#rows.joinNext(index)
    this.#layout.parts.forEach(({ aggregator }, p) => {
      const [joined] = this.#parts[p]!.splice(index + 1, 1)
      aggregator.merge(this.#parts[p]![index], joined)
    })
  }
}
