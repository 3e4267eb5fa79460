import type { Aggregator } from '../aggregate/aggregator.ts'
import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import type { Cell } from './column-store.ts'
import { DoubleList } from './double-list.ts'
import { RunningTotals } from './running-totals.ts'

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
  readonly parts: readonly TilePart[]
}

const CAPACITY = 8

/** Partial results of events, by the tiles that they fall into, in order of time. */
export class Tiles {
  readonly #layout: TileLayout
  /** Time at which each tile starts: of a fixed one its border, of a session its first event (epoch ms). */
  #starts = new DoubleList(CAPACITY)
  /** Time of the newest event in each tile (epoch ms). */
  #newest = new DoubleList(CAPACITY)
  readonly #counts = new RunningTotals(CAPACITY)
  readonly #totals: readonly RunningTotals[]
  readonly #parts: readonly unknown[][]

  constructor(layout: TileLayout) {
    this.#layout = layout
    this.#totals = layout.totals.map(() => new RunningTotals(CAPACITY))
    this.#parts = layout.parts.map(() => [])
  }

  get length(): number {
    return this.#starts.length
  }

  startAt(index: number): number {
    return this.#starts.at(index)
  }

  /** Event time of the newest event of a tile (epoch ms). */
  newestAt(index: number): number {
    return this.#newest.at(index)
  }

  /** The number of tiles that start at or before `time`. */
  countUpTo(time: number): number {
    return this.#starts.countUpTo(time)
  }

  /** How many events the tiles from `start` to before `end` hold. */
  count(start: number, end: number): number {
    return this.#counts.sum(start, end)
  }

  /** The sum of the summed column `index` of the layout. */
  sum(index: number, start: number, end: number): number {
    return this.#totals[index]!.sum(start, end)
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
    if (time > this.#newest.at(tile)) this.#newest.set(tile, time)
    this.#counts.add(tile, 1)
    const { totals, parts } = this.#layout
    for (let i = 0; i < totals.length; i++) this.#totals[i]!.add(tile, row[totals[i]!] as number)
    for (let i = 0; i < parts.length; i++) {
      const value = parts[i]!.valueOf(row)
      if (value !== undefined) parts[i]!.aggregator.add(this.#parts[i]![tile], time, value)
    }
  }

  /** Removes the `n` oldest tiles. */
  removeOldest(n: number): void {
    for (const list of [this.#starts, this.#newest, this.#counts, ...this.#totals]) list.removeFirst(n)
    for (const parts of this.#parts) parts.splice(0, n)
  }

  encode(writer: ByteWriter): void {
    writer.varint(this.length)
    for (let i = 0; i < this.length; i++) {
      writer.signed(this.startAt(i) - (i === 0 ? 0 : this.startAt(i - 1)))
      writer.varint(this.newestAt(i) - this.startAt(i))
      writer.varint(this.#counts.at(i))
      for (const totals of this.#totals) writer.signed(totals.at(i))
      this.#layout.parts.forEach(({ aggregator }, p) => {
        aggregator.encode(this.#parts[p]![i], writer)
      })
    }
  }

  /** Undefined when there are none. */
  static decode(reader: ByteReader, layout: TileLayout): Tiles | undefined {
    const length = reader.varint()
    if (length === 0) return undefined
    const tiles = new Tiles(layout)
    for (let i = 0; i < length; i++) {
      const start = (i === 0 ? 0 : tiles.startAt(i - 1)) + reader.signed()
      tiles.#starts.push(start)
      tiles.#newest.push(start + reader.varint())
      tiles.#counts.push(reader.varint())
      for (const totals of tiles.#totals) totals.push(reader.signed())
      layout.parts.forEach(({ aggregator }, p) => {
        tiles.#parts[p]!.push(aggregator.decode(reader))
      })
    }
    return tiles
  }

  /** The tile that an event at `time` falls into, which is made when there is none. */
  #tileFor(time: number): number {
    const { tiling } = this.#layout
    return tiling.kind === 'fixed' ? this.#fixedTile(time, tiling.size) : this.#sessionTile(time, tiling.gap)
  }

  #fixedTile(time: number, size: number): number {
    const start = Math.floor(time / size) * size
    const following = this.#starts.countUpTo(start)
    if (following > 0 && this.startAt(following - 1) === start) return following - 1
    return this.#insert(following, start, time)
  }

  /** The session that the event continues; one that it brings forward begins with it; two that it connects become one. */
  #sessionTile(time: number, gap: number): number {
    const following = this.#starts.countUpTo(time)
    const continues = following > 0 && time - this.newestAt(following - 1) < gap
    const precedes = following < this.length && this.startAt(following) - time < gap
    if (continues) {
      if (precedes) this.#joinNext(following - 1)
      return following - 1
    }
    if (!precedes) return this.#insert(following, time, time)
    this.#starts.set(following, time)
    return following
  }

  #insert(index: number, start: number, newest: number): number {
    this.#starts.insert(index, start)
    this.#newest.insert(index, newest)
    this.#counts.insert(index, 0)
    for (const totals of this.#totals) totals.insert(index, 0)
    this.#layout.parts.forEach(({ aggregator }, p) => {
      this.#parts[p]!.splice(index, 0, aggregator.init())
    })
    return index
  }

  #joinNext(index: number): void {
    this.#starts.removeAt(index + 1)
    this.#newest.removeAt(index)
    this.#counts.joinNext(index)
    for (const totals of this.#totals) totals.joinNext(index)
    this.#layout.parts.forEach(({ aggregator }, p) => {
      const [joined] = this.#parts[p]!.splice(index + 1, 1)
      aggregator.merge(this.#parts[p]![index], joined)
    })
  }
}
