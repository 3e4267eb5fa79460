import type { Aggregator } from '../aggregate/aggregator.ts'
import type { Memory } from '../window/memory.ts'
import type { Series } from '../window/series.ts'

/** Entries in a block. */
const SIZE = 64

/** A part of a window's result: its aggregator, the values that it sees, and its index among the parts of a history. */
export interface EntryPart {
  readonly aggregator: Aggregator
  readonly slot: number
  valueAt(entries: Series, memory: Memory, index: number): number | string | undefined
}

/**
 * Partial results of blocks of entries, so that a long window is evaluated without looking at every entry. They are
 * made when they are needed, and never stored.
 */
export class EntryBlocks {
  readonly #entries: Series
  /** How many entries were removed: blocks are counted from the first entry ever. */
  #removed = 0
  /** Partial results by part and block. */
  readonly #partials: Map<number, unknown>[] = []

  constructor(entries: Series) {
    this.#entries = entries
  }

  /** To be told when an entry was inserted before others. */
  inserted(index: number): void {
    const block = Math.floor((this.#removed + index) / SIZE)
    for (const partials of this.#partials) {
      if (partials === undefined) continue
      for (const known of partials.keys()) if (known >= block) partials.delete(known)
    }
  }

  /** To be told when the `n` oldest entries were removed. */
  removed(n: number): void {
    this.#removed += n
    const block = Math.floor(this.#removed / SIZE)
    for (const partials of this.#partials) if (partials?.has(block - 1)) partials.delete(block - 1)
  }

  /** Adds the entries from `start` to before `end` to a partial result, in place. */
  addTo(partial: unknown, memory: Memory, part: EntryPart, start: number, end: number): void {
    const firstBlock = Math.ceil((this.#removed + start) / SIZE)
    const endBlock = Math.floor((this.#removed + end) / SIZE)
    if (endBlock <= firstBlock) this.#addEach(partial, memory, part, start, end)
    else {
      this.#addEach(partial, memory, part, start, firstBlock * SIZE - this.#removed)
      for (let block = firstBlock; block < endBlock; block++)
        part.aggregator.merge(partial, this.#partialOf(memory, part, block))
      this.#addEach(partial, memory, part, endBlock * SIZE - this.#removed, end)
    }
  }

  #addEach(
    partial: unknown,
    memory: Memory,
    { aggregator, valueAt }: EntryPart,
    start: number,
    end: number,
  ): void {
    const entries = this.#entries
    for (let i = start; i < end; i++) {
      const value = valueAt(entries, memory, i)
      if (value !== undefined) aggregator.add(partial, entries.timeAt(memory, i), value)
    }
  }

  #partialOf(memory: Memory, part: EntryPart, block: number): unknown {
    this.#partials[part.slot] ??= new Map()
    const partials = this.#partials[part.slot]!
    const known = partials.get(block)
    if (known !== undefined) return known
    const partial = part.aggregator.init()
    const start = block * SIZE - this.#removed
    this.#addEach(partial, memory, part, start, start + SIZE)
    partials.set(block, partial)
    return partial
  }
}
