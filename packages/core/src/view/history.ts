import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { Series } from '../window/series.ts'
import type { Cell, SeriesLayout } from '../window/series-layout.ts'
import { type TileLayout, Tiles } from '../window/tiles.ts'
import { EntryBlocks, type EntryPart } from './entry-blocks.ts'

/** The tiles of one tiling, and how far back the windows that use them reach (ms). */
export interface HistoryLevel extends TileLayout {
  readonly reach: number
}

/** What is kept of the events of one source. */
export interface HistoryLayout {
  readonly entries: SeriesLayout
  /** Events kept one by one; those beyond are put into tiles. 0 keeps tiles only. */
  readonly maxEntries: number
  /** How far back the windows reach (ms). */
  readonly reach: number
  /** How late events may be (ms). */
  readonly grace: number
  readonly levels: readonly HistoryLevel[]
}

/** The places of the limits of a history: those of the levels' tiles stand behind that of the entries. */
const FOLDED = 0
const ENTRIES = 1
const LEVELS = 2

/** The events of one source for one entity: the newest one by one, those before them in tiles. Changed in place. */
export class History {
  readonly #layout: HistoryLayout
  readonly entries: Series
  /** Made when they are needed, as the tiles are. */
  #blocks: EntryBlocks | undefined
  #tiles: (Tiles | undefined)[] | undefined
  /**
   * Up to which time events were put into tiles because there were too many; for the entries and for each level, up to
   * which time they were removed (epoch ms).
   */
  readonly #limits: number[]

  /** @param removedUpTo event time up to which events were removed (epoch ms) */
  constructor(layout: HistoryLayout, removedUpTo = Number.NEGATIVE_INFINITY) {
    this.#layout = layout
    this.entries = new Series(layout.entries)
    this.#limits = new Array<number>(LEVELS + layout.levels.length).fill(removedUpTo)
    this.#limits[FOLDED] = Number.NEGATIVE_INFINITY
  }

  /** The tiles of a level; undefined when nothing was put into tiles so far. */
  tiles(level: number): Tiles | undefined {
    return this.#tiles?.[level]
  }

  /** The number of entries at or before `time` (epoch ms). */
  entriesUpTo(time: number): number {
    // Where all is in tiles the list is not even looked at: it is another place in memory.
    return this.#layout.maxEntries === 0 ? 0 : this.entries.countUpTo(time)
  }

  /** Adds an event, whose `row` has a cell for each column. */
  add(time: number, row: readonly Cell[]): void {
    const { maxEntries } = this.#layout
    if (maxEntries === 0 || time < this.#limits[FOLDED]!) this.#addToTiles(time, row)
    else {
      const index = this.entries.insert(time, row)
      if (index < this.entries.length - 1) this.#blocks?.inserted(index)
      if (this.entries.length > maxEntries) this.#fold(this.entries.length - maxEntries)
    }
  }

  /** Adds the entries from `start` to before `end` to a partial result, in place. */
  addEntriesTo(partial: unknown, part: EntryPart, start: number, end: number): void {
    this.#blocks ??= new EntryBlocks(this.entries)
    this.#blocks.addTo(partial, part, start, end)
  }

  /** Forgets what no evaluation at `latest` (epoch ms) or, within the grace, before it can reach. */
  prune(latest: number): void {
    const { reach, grace, levels } = this.#layout
    this.#pruneEntries(latest - reach - grace)
    if (this.#tiles === undefined) return
    for (let i = 0; i < levels.length; i++) this.#pruneTiles(i, latest - levels[i]!.reach - grace)
  }

  /** Whether a window of an evaluation at `time` reaches back beyond what is kept. */
  isTruncatedAt(time: number): boolean {
    const { reach, levels } = this.#layout
    if (time - reach < this.#limits[ENTRIES]!) return true
    for (let i = 0; i < levels.length; i++) {
      if (time - levels[i]!.reach < this.#limits[LEVELS + i]! || this.#isCutOff(i, time)) return true
    }
    return false
  }

  /** Event time of the newest event at or before `time` (epoch ms), −Infinity when there is none. */
  newestUpTo(time: number): number {
    const count = this.entriesUpTo(time)
    if (count > 0) return this.entries.timeAt(count - 1)
    let newest = Number.NEGATIVE_INFINITY
    if (this.#tiles === undefined) return newest
    for (const tiles of this.#tiles) {
      const tile = tiles === undefined ? 0 : tiles.countUpTo(time)
      if (tile > 0) newest = Math.max(newest, Math.min(time, tiles!.newestAt(tile - 1)))
    }
    return newest
  }

  encode(writer: ByteWriter): void {
    this.entries.encode(writer)
    writer.time(this.#limits[FOLDED]!)
    writer.time(this.#limits[ENTRIES]!)
    for (let i = 0; i < this.#layout.levels.length; i++) {
      const tiles = this.#tiles?.[i]
      writer.time(this.#limits[LEVELS + i]!)
      writer.varint(tiles?.length ?? 0)
      tiles?.encode(writer)
    }
  }

  /** Reads what `encode` wrote in place of what it held. */
  read(reader: ByteReader): void {
    const { levels } = this.#layout
    this.entries.read(reader)
    this.#blocks = undefined
    this.#limits[FOLDED] = reader.time()
    this.#limits[ENTRIES] = reader.time()
    for (let i = 0; i < levels.length; i++) {
      this.#limits[LEVELS + i] = reader.time()
      const length = reader.varint()
      const tiles = length > 0 ? this.#tilesOf(i) : this.#tiles?.[i]
      tiles?.read(reader, length)
    }
  }

  /** Whether the session at `time` goes on into one that was removed. */
  #isCutOff(level: number, time: number): boolean {
    const { tiling } = this.#layout.levels[level]!
    const tiles = this.#tiles?.[level]
    if (tiling.kind === 'fixed' || tiles === undefined) return false
    const session = tiles.countUpTo(time) - 1
    return session >= 0 && tiles.startAt(session) - this.#limits[LEVELS + level]! < tiling.gap
  }

  #fold(n: number): void {
    const row: Cell[] = []
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < this.#layout.entries.columns.length; c++) row[c] = this.entries.at(c, i)
      this.#addToTiles(this.entries.timeAt(i), row)
    }
    this.#limits[FOLDED] = this.entries.timeAt(n - 1)
    this.#removeEntries(n)
  }

  #removeEntries(n: number): void {
    this.entries.removeOldest(n)
    this.#blocks?.removed(n)
  }

  #addToTiles(time: number, row: readonly Cell[]): void {
    for (let i = 0; i < this.#layout.levels.length; i++) this.#tilesOf(i).add(time, row)
  }

  #tilesOf(level: number): Tiles {
    const { levels } = this.#layout
    this.#tiles ??= new Array(levels.length)
    this.#tiles[level] ??= new Tiles(levels[level]!)
    return this.#tiles[level]
  }

  #pruneEntries(limit: number): void {
    const { entries } = this
    if (this.#layout.maxEntries === 0) return
    // Most events push nothing out: one look at the oldest entry says so.
    if (entries.length === 0 || entries.timeAt(0) > limit) return
    const n = entries.countUpTo(limit)
    this.#limits[ENTRIES] = Math.max(this.#limits[ENTRIES]!, entries.timeAt(n - 1))
    this.#removeEntries(n)
  }

  #pruneTiles(level: number, limit: number): void {
    const tiles = this.#tiles?.[level]
    if (tiles === undefined) return
    const { tiling } = this.#layout.levels[level]!
    let n = 0
    while (n < tiles.length && endOf(tiles, n, tiling) <= limit) n++
    if (n === 0) return
    const removed = LEVELS + level
    this.#limits[removed] = Math.max(this.#limits[removed]!, endOf(tiles, n - 1, tiling))
    tiles.removeOldest(n)
  }
}

/** The last time that belongs to a tile. */
function endOf(tiles: Tiles, index: number, tiling: TileLayout['tiling']): number {
  return tiling.kind === 'fixed' ? tiles.startAt(index) + tiling.size - 1 : tiles.newestAt(index)
}
