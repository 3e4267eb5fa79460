import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import type { Memory } from '../window/memory.ts'
import type { MemoryLayout } from '../window/memory-layout.ts'
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

/** The events of one source, for one entity in each memory: the newest one by one, those before them in tiles. */
export class History {
  readonly #layout: HistoryLayout
  readonly entries: Series
  /** One for each level. */
  readonly tiles: readonly Tiles[]
  /** The place of the time up to which events were put into tiles because there were too many (epoch ms). */
  readonly #folded: number
  /** The place of the time up to which entries were removed (epoch ms). */
  readonly #removed: number
  /** For each level, the place of the time up to which tiles were removed (epoch ms). */
  readonly #removedTiles: readonly number[]
  /** The place of the blocks, which are made when they are needed. */
  readonly #blocks: number

  constructor(layout: HistoryLayout, memory: MemoryLayout) {
    const time = (): number => memory.number(Number.NEGATIVE_INFINITY)
    this.#layout = layout
    this.#folded = time()
    this.#removed = time()
    this.#removedTiles = layout.levels.map(time)
    this.#blocks = memory.object(() => undefined)
    this.entries = new Series(layout.entries, memory)
    this.tiles = layout.levels.map(level => new Tiles(level, memory))
  }

  /** Notes that events up to `time` (epoch ms) were removed before there was this history. */
  setRemovedUpTo({ numbers }: Memory, time: number): void {
    numbers[this.#removed] = time
    for (const place of this.#removedTiles) numbers[place] = time
  }

  /** Whether something was put into tiles: most entities have too few events for that. */
  hasTiles({ numbers }: Memory): boolean {
    return this.#layout.maxEntries === 0 || numbers[this.#folded]! > Number.NEGATIVE_INFINITY
  }

  /** The number of entries at or before `time` (epoch ms). */
  entriesUpTo(memory: Memory, time: number): number {
    return this.#layout.maxEntries === 0 ? 0 : this.entries.countUpTo(memory, time)
  }

  /** Adds an event, whose `row` has a cell for each column. */
  add(memory: Memory, time: number, row: readonly Cell[]): void {
    const { maxEntries } = this.#layout
    if (maxEntries === 0 || time < memory.numbers[this.#folded]!) this.#addToTiles(memory, time, row)
    else {
      const index = this.entries.insert(memory, time, row)
      const length = this.entries.length(memory)
      if (index < length - 1) this.#blocksIn(memory)?.inserted(index)
      if (length > maxEntries) this.#fold(memory, length - maxEntries)
    }
  }

  /** Adds the entries from `start` to before `end` to a partial result, in place. */
  addEntriesTo(partial: unknown, memory: Memory, part: EntryPart, start: number, end: number): void {
    let blocks = this.#blocksIn(memory)
    if (blocks === undefined) {
      blocks = new EntryBlocks(this.entries)
      memory.objects[this.#blocks] = blocks
    }
    blocks.addTo(partial, memory, part, start, end)
  }

  /** Forgets what no evaluation at `latest` (epoch ms) or, within the grace, before it can reach. */
  prune(memory: Memory, latest: number): void {
    const { reach, grace, levels } = this.#layout
    this.#pruneEntries(memory, latest - reach - grace)
    if (!this.hasTiles(memory)) return
    for (let i = 0; i < levels.length; i++) this.#pruneTiles(memory, i, latest - levels[i]!.reach - grace)
  }

  /** Whether a window of an evaluation at `time` reaches back beyond what is kept. */
  isTruncatedAt(memory: Memory, time: number): boolean {
    const { numbers } = memory
    const { reach, levels } = this.#layout
    if (time - reach < numbers[this.#removed]!) return true
    for (let i = 0; i < levels.length; i++) {
      if (time - levels[i]!.reach < numbers[this.#removedTiles[i]!]! || this.#isCutOff(memory, i, time))
        return true
    }
    return false
  }

  /** Event time of the newest event at or before `time` (epoch ms), −Infinity when there is none. */
  newestUpTo(memory: Memory, time: number): number {
    const count = this.entriesUpTo(memory, time)
    if (count > 0) return this.entries.timeAt(memory, count - 1)
    let newest = Number.NEGATIVE_INFINITY
    if (!this.hasTiles(memory)) return newest
    for (let i = 0; i < this.tiles.length; i++) {
      const tiles = this.tiles[i]!
      const tile = tiles.countUpTo(memory, time)
      if (tile === 0) continue
      const newestOfTile = tiles.newestAt(memory, tile - 1)
      // Behind the newest event of its level no other level has one.
      if (newestOfTile <= time && tile === tiles.length(memory)) return newestOfTile
      newest = Math.max(newest, Math.min(time, newestOfTile))
    }
    return newest
  }

  encode(memory: Memory, writer: ByteWriter): void {
    const { numbers } = memory
    this.entries.encode(memory, writer)
    writer.time(numbers[this.#folded]!)
    writer.time(numbers[this.#removed]!)
    for (let i = 0; i < this.tiles.length; i++) {
      writer.time(numbers[this.#removedTiles[i]!]!)
      this.tiles[i]!.encode(memory, writer)
    }
  }

  /** Reads what `encode` wrote in place of what it held. */
  read(memory: Memory, reader: ByteReader): void {
    const { numbers, objects } = memory
    this.entries.read(memory, reader)
    objects[this.#blocks] = undefined
    numbers[this.#folded] = reader.time()
    numbers[this.#removed] = reader.time()
    for (let i = 0; i < this.tiles.length; i++) {
      numbers[this.#removedTiles[i]!] = reader.time()
      this.tiles[i]!.read(memory, reader)
    }
  }

  /** Whether the session at `time` goes on into one that was removed. */
  #isCutOff(memory: Memory, level: number, time: number): boolean {
    const { tiling } = this.#layout.levels[level]!
    if (tiling.kind === 'fixed') return false
    const tiles = this.tiles[level]!
    const session = tiles.countUpTo(memory, time) - 1
    if (session < 0) return false
    return tiles.startAt(memory, session) - memory.numbers[this.#removedTiles[level]!]! < tiling.gap
  }

  #fold(memory: Memory, n: number): void {
    const { entries } = this
    const row: Cell[] = []
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < this.#layout.entries.columns.length; c++) row[c] = entries.at(memory, c, i)
      this.#addToTiles(memory, entries.timeAt(memory, i), row)
    }
    memory.numbers[this.#folded] = entries.timeAt(memory, n - 1)
    this.#removeEntries(memory, n)
  }

  #removeEntries(memory: Memory, n: number): void {
    this.entries.removeOldest(memory, n)
    this.#blocksIn(memory)?.removed(n)
  }

  #addToTiles(memory: Memory, time: number, row: readonly Cell[]): void {
    for (let i = 0; i < this.tiles.length; i++) this.tiles[i]!.add(memory, time, row)
  }

  #pruneEntries(memory: Memory, limit: number): void {
    const { entries } = this
    // Most events push nothing out: one look at the oldest entry says so.
    if (entries.length(memory) === 0 || entries.timeAt(memory, 0) > limit) return
    const n = entries.countUpTo(memory, limit)
    const { numbers } = memory
    numbers[this.#removed] = Math.max(numbers[this.#removed]!, entries.timeAt(memory, n - 1))
    this.#removeEntries(memory, n)
  }

  #pruneTiles(memory: Memory, level: number, limit: number): void {
    const tiles = this.tiles[level]!
    const length = tiles.length(memory)
    let n = 0
    while (n < length && tiles.endAt(memory, n) <= limit) n++
    if (n === 0) return
    const { numbers } = memory
    const removed = this.#removedTiles[level]!
    numbers[removed] = Math.max(numbers[removed]!, tiles.endAt(memory, n - 1))
    tiles.removeOldest(memory, n)
  }

  #blocksIn({ objects }: Memory): EntryBlocks | undefined {
    return objects[this.#blocks] as EntryBlocks | undefined
  }
}
