import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { countUpTo } from './count-up-to.ts'

/** The place of the time in a row. */
const TIME = 0
/** How many more rows a list that was read takes before its memory is copied: most states are read for one event. */
const ROOM = 4

/** What a row consists of: its time, then numbers that are kept as they are, then such as are summed. */
export interface RowLayout {
  /** How many numbers a row has, its time among them. */
  readonly width: number
  /** The first place of those that are summed. */
  readonly totals: number
}

/**
 * Rows of numbers, all in one list: a state is looked at for one event, and each list of its own would be another place
 * in memory. A total is kept as the sum up to its row, so that the sum of any stretch is a difference; the row before
 * the first one holds the sums of what was removed.
 */
export class Rows {
  readonly #layout: RowLayout
  #values: number[]
  /** Index of the row before the first one. */
  #before = 0
  /** Behind the last row; the list may be longer. */
  #end: number
  #length = 0

  constructor(layout: RowLayout) {
    this.#layout = layout
    this.#end = layout.width
    this.#values = new Array<number>(layout.width).fill(0)
  }

  get length(): number {
    return this.#length
  }

  /** Time of a row (epoch ms). */
  timeAt(row: number): number {
    return this.#values[this.#indexOf(row) + TIME]!
  }

  setTime(row: number, time: number): void {
    this.#values[this.#indexOf(row) + TIME] = time
  }

  /** A number that is kept as it is. */
  at(row: number, place: number): number {
    return this.#values[this.#indexOf(row) + place]!
  }

  set(row: number, place: number, value: number): void {
    this.#values[this.#indexOf(row) + place] = value
  }

  /** Adds to a total of a row. */
  add(row: number, place: number, value: number): void {
    const { width } = this.#layout
    for (let i = this.#indexOf(row) + place; i < this.#end; i += width) this.#values[i]! += value
  }

  /** The sum of a total over the rows from `start` to before `end`. */
  sum(place: number, start: number, end: number): number {
    if (start >= end) return 0
    return this.#values[this.#indexOf(end - 1) + place]! - this.#values[this.#indexOf(start - 1) + place]!
  }

  /** The number of rows at or before `time`; they must be in the order of their times. */
  countUpTo(time: number): number {
    return countUpTo(this.#values, this.#indexOf(0) + TIME, this.#layout.width, this.#length, time)
  }

  /** Makes room for a row, whose totals are 0 and whose other numbers are to be set. */
  insert(row: number, time: number): void {
    const { width, totals } = this.#layout
    const values = this.#values
    const at = this.#indexOf(row)
    while (values.length < this.#end + width) values.push(0)
    for (let i = this.#end - 1; i >= at; i--) values[i + width] = values[i]!
    this.#end += width
    this.#length++
    values[at + TIME] = time
    for (let place = totals; place < width; place++) values[at + place] = values[at - width + place]!
  }

  /** Makes one row of two, which has the time of the first and all else of the second. */
  joinNext(row: number): void {
    const next = this.#indexOf(row + 1)
    this.#values[next + TIME] = this.timeAt(row)
    this.#moveToFront(next, this.#indexOf(row))
    this.#length--
  }

  /** Removes the first `n` rows. */
  removeFirst(n: number): void {
    this.#before += n * this.#layout.width
    this.#length -= n
    // What was removed is written over when it is the larger part.
    if (this.#before * 2 <= this.#end) return
    this.#moveToFront(this.#before, 0)
    this.#before = 0
  }

  clear(): void {
    this.#resize(0)
  }

  /** Writes the times of all rows: how far each is from the one before it, as signed numbers. */
  encodeTimes(writer: ByteWriter): void {
    const { width } = this.#layout
    writer.differences(this.#values, this.#indexOf(0) + TIME, width, this.#length, 0)
  }

  /** Reads the times of `length` rows, of which all else is to be read or set, in place of what it held. */
  readTimes(reader: ByteReader, length: number): void {
    this.#resize(length)
    reader.runningSums(this.#values, this.#indexOf(0) + TIME, this.#layout.width, length)
  }

  /** Writes a total of all rows, as signed numbers. */
  encodeTotals(writer: ByteWriter, place: number): void {
    const at = this.#indexOf(0) + place
    const { width } = this.#layout
    writer.differences(this.#values, at, width, this.#length, this.#values[at - width]!)
  }

  /** Reads a total of the rows whose times were read before. */
  readTotals(reader: ByteReader, place: number): void {
    reader.runningSums(this.#values, this.#indexOf(0) + place, this.#layout.width, this.#length)
  }

  /** Has `length` rows of unknown content, and nothing removed. */
  #resize(length: number): void {
    const { width } = this.#layout
    const end = (length + 1) * width
    if (this.#values.length < end) this.#values = new Array<number>(end + ROOM * width)
    for (let i = 0; i < width; i++) this.#values[i] = 0
    this.#before = 0
    this.#end = end
    this.#length = length
  }

  /** Moves all from `from` on to `to`, which is before it. */
  #moveToFront(from: number, to: number): void {
    const values = this.#values
    for (let i = from; i < this.#end; i++) values[to + i - from] = values[i]!
    this.#end -= from - to
  }

  #indexOf(row: number): number {
    return this.#before + (row + 1) * this.#layout.width
  }
}
