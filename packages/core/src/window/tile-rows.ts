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
  #values: number[]
  /** Index of the row before the first one. */
  #before = 0
  #length = 0

  /** @param totals how many numbers of a tile add up */
  constructor(totals: number) {
    this.#width = TOTALS + totals
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
    for (let i = this.#place(row) + TOTALS + total; i < this.#values.length; i += this.#width)
      this.#values[i]! += value
  }

  /** The sum of a total over the rows from `start` to before `end`. */
  sum(total: number, start: number, end: number): number {
    if (start >= end) return 0
    const column = TOTALS + total
    return this.#values[this.#place(end - 1) + column]! - this.#values[this.#place(start - 1) + column]!
  }

  /** The number of tiles that start at or before `time`. */
  countUpTo(time: number): number {
    const { length } = this
    // Most questions are about the newest tiles,
    if (length === 0 || this.startAt(length - 1) <= time) return length
    // and most others about the oldest, since no older ones are kept than windows reach back: those are near each other
    // in memory, where halving would look all over it.
    let low = 0
    let high = length - 1
    for (let step = 1; low + step <= high; step *= 2) {
      if (this.startAt(low + step - 1) > time) {
        high = low + step - 1
        break
      }
      low += step
    }
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.startAt(middle) <= time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Makes room for a tile without events. */
  insert(row: number, start: number): void {
    const values = this.#values
    const before = this.#place(row - 1)
    if (row === this.length) {
      values.push(start, start)
      for (let c = TOTALS; c < this.#width; c++) values.push(values[before + c]!)
    } else {
      const sums = values.slice(before + TOTALS, before + this.#width)
      values.splice(before + this.#width, 0, start, start, ...sums)
    }
    this.#length++
  }

  /** Makes one tile of two. */
  joinNext(row: number): void {
    const next = this.#place(row + 1)
    this.#values[next + START] = this.startAt(row)
    this.#values.splice(this.#place(row), this.#width)
    this.#length--
  }

  /** Removes the `n` oldest tiles. */
  removeOldest(n: number): void {
    this.#before += n * this.#width
    this.#length -= n
    // What was removed is dropped when it is the larger part.
    if (this.#before * 2 <= this.#values.length) return
    this.#values = this.#values.slice(this.#before)
    this.#before = 0
  }

  #place(row: number): number {
    return this.#before + (row + 1) * this.#width
  }
}
