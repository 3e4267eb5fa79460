import { countUpTo } from './count-up-to.ts'

const START = 0
const NEWEST = 1
/** The columns from here on are running totals. */
const TOTALS = 2

/**
 * The rows of tiles in order of their starts, one after the other in one list. A total is kept as the sum up to its
 * row, so that the sum of any stretch is a difference; the row before the first one holds the sums of what was removed.
 */
export class TileRows {
  readonly #width: number
  readonly #values: number[]
  /** Index of the row before the first one. */
  #before = 0
  /** Behind the last row; the list may be longer. */
  #end: number
  #length = 0

  /** @param totals how many numbers of a tile add up */
  constructor(totals: number) {
    this.#width = TOTALS + totals
    this.#end = this.#width
    this.#values = new Array<number>(this.#width).fill(0)
  }

  get length(): number {
    return this.#length
  }

  /** Start of a tile (epoch ms). */
  startAt(row: number): number {
    return this.#values[this.#place(row) + START]!
  }

  setStart(row: number, time: number): void {
    this.#values[this.#place(row) + START] = time
  }

  /** Time of the newest event of a tile (epoch ms). */
  newestAt(row: number): number {
    return this.#values[this.#place(row) + NEWEST]!
  }

  raiseNewest(row: number, time: number): void {
    const place = this.#place(row) + NEWEST
    if (time > this.#values[place]!) this.#values[place] = time
  }

  /** Adds to a total of a row. */
  add(row: number, total: number, value: number): void {
    for (let i = this.#place(row) + TOTALS + total; i < this.#end; i += this.#width) this.#values[i]! += value
  }

  /** The sum of a total over the rows from `start` to before `end`. */
  sum(total: number, start: number, end: number): number {
    if (start >= end) return 0
    const column = TOTALS + total
    return this.#values[this.#place(end - 1) + column]! - this.#values[this.#place(start - 1) + column]!
  }

  /** The number of tiles that start at or before `time`. */
  countUpTo(time: number): number {
    return countUpTo(this.#values, this.#place(0) + START, this.#width, this.#length, time)
  }

  /** Makes room for a tile without events. */
  insert(row: number, start: number): void {
    const values = this.#values
    const width = this.#width
    const at = this.#place(row)
    while (values.length < this.#end + width) values.push(0)
    for (let i = this.#end - 1; i >= at; i--) values[i + width] = values[i]!
    this.#end += width
    this.#length++
    values[at + START] = start
    values[at + NEWEST] = start
    for (let c = TOTALS; c < width; c++) values[at + c] = values[at - width + c]!
  }

  /** Makes one tile of two. */
  joinNext(row: number): void {
    const next = this.#place(row + 1)
    this.#values[next + START] = this.startAt(row)
    this.#moveToFront(next, this.#place(row))
    this.#length--
  }

  /** Removes the `n` oldest tiles. */
  removeOldest(n: number): void {
    this.#before += n * this.#width
    this.#length -= n
    // What was removed is written over when it is the larger part.
    if (this.#before * 2 <= this.#end) return
    this.#moveToFront(this.#before, 0)
    this.#before = 0
  }

  clear(): void {
    this.#values.fill(0, 0, this.#width)
    this.#before = 0
    this.#end = this.#width
    this.#length = 0
  }

  /** Moves all from `from` on to `to`, which is before it. */
  #moveToFront(from: number, to: number): void {
    const values = this.#values
    for (let i = from; i < this.#end; i++) values[to + i - from] = values[i]!
    this.#end -= from - to
  }

  #place(row: number): number {
    return this.#before + (row + 1) * this.#width
  }
}
