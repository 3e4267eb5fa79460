import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { countUpTo } from './count-up-to.ts'
import type { Memory } from './memory.ts'

/** The place of the time in a row. */
const TIME = 0
/** How many more rows a list takes, at least, before the lists behind it are moved: most states are read for one event. */
const ROOM = 4

/** What a row consists of: its time, then numbers that are kept as they are, then such as are summed. */
export interface RowLayout {
  /** How many numbers a row has, its time among them. */
  readonly width: number
  /** The first place of those that are summed. */
  readonly totals: number
}

/** Where a memory has what changes of a list of rows. */
export interface RowPlaces {
  /** Index of the first number that is the list's: the end of the list before it. */
  readonly start: number
  /** Index of the row before the first one. */
  readonly before: number
  /** The number of rows. */
  readonly length: number
  /** Index behind the last number that is the list's. */
  readonly end: number
}

/**
 * Rows of numbers in a stretch of a memory. A total is kept as the sum up to its row, so that the sum of any stretch of
 * rows is a difference; the row before the first one holds the sums of what was removed.
 */
export class Rows {
  readonly #width: number
  readonly #totals: number
  readonly #start: number
  readonly #before: number
  readonly #length: number
  readonly #end: number
  /** All lists of the memory. */
  readonly #lists: readonly Rows[]
  readonly #index: number

  /** @param lists the lists before it, to which it and those behind it are added later */
  constructor(layout: RowLayout, { start, before, length, end }: RowPlaces, lists: readonly Rows[]) {
    this.#width = layout.width
    this.#totals = layout.totals
    this.#start = start
    this.#before = before
    this.#length = length
    this.#end = end
    this.#lists = lists
    this.#index = lists.length
  }

  /** The place of the end of its stretch. */
  get endPlace(): number {
    return this.#end
  }

  length({ numbers }: Memory): number {
    return whole(numbers[this.#length]!)
  }

  /** Time of a row (epoch ms). */
  timeAt({ numbers }: Memory, row: number): number {
    return numbers[this.#indexOf(numbers, row) + TIME]!
  }

  setTime({ numbers }: Memory, row: number, time: number): void {
    numbers[this.#indexOf(numbers, row) + TIME] = time
  }

  /** A number that is kept as it is. */
  at({ numbers }: Memory, row: number, place: number): number {
    return numbers[this.#indexOf(numbers, row) + place]!
  }

  set({ numbers }: Memory, row: number, place: number, value: number): void {
    numbers[this.#indexOf(numbers, row) + place] = value
  }

  /** Adds to a total of a row. */
  add({ numbers }: Memory, row: number, place: number, value: number): void {
    const width = this.#width
    const behind = this.#indexOf(numbers, whole(numbers[this.#length]!))
    for (let i = this.#indexOf(numbers, row) + place; i < behind; i += width) numbers[i]! += value
  }

  /** Sets a total of a row; that of the row before it must be right, those behind it are to be set next. */
  setTotal({ numbers }: Memory, row: number, place: number, value: number): void {
    const at = this.#indexOf(numbers, row) + place
    numbers[at] = numbers[at - this.#width]! + value
  }

  /** The sum of a total over the rows from `start` to before `end`. */
  sum({ numbers }: Memory, place: number, start: number, end: number): number {
    if (start >= end) return 0
    return (
      numbers[this.#indexOf(numbers, end - 1) + place]! - numbers[this.#indexOf(numbers, start - 1) + place]!
    )
  }

  /** The number of rows at or before `time`; they must be in the order of their times. */
  countUpTo({ numbers }: Memory, time: number): number {
    const first = this.#indexOf(numbers, 0) + TIME
    return countUpTo(numbers, first, this.#width, whole(numbers[this.#length]!), time)
  }

  /** Makes room for a row, whose totals are 0 and whose other numbers are to be set. */
  insert(memory: Memory, row: number, time: number): void {
    const { numbers } = memory
    const width = this.#width
    const length = whole(numbers[this.#length]!)
    if (this.#indexOf(numbers, length + 1) > numbers[this.#end]!) this.#makeRoom(memory)
    const at = this.#indexOf(numbers, row)
    for (let i = this.#indexOf(numbers, length) - 1; i >= at; i--) numbers[i + width] = numbers[i]!
    numbers[this.#length] = length + 1
    numbers[at + TIME] = time
    for (let place = this.#totals; place < width; place++) numbers[at + place] = numbers[at - width + place]!
  }

  /** Makes one row of two, which has the time of the first and all else of the second. */
  joinNext({ numbers }: Memory, row: number): void {
    const next = this.#indexOf(numbers, row + 1)
    const length = whole(numbers[this.#length]!)
    numbers[next + TIME] = numbers[next - this.#width + TIME]!
    move(numbers, next, this.#indexOf(numbers, length), next - this.#width)
    numbers[this.#length] = length - 1
  }

  /** Removes the first `n` rows. What they held is written over when room is needed. */
  removeFirst({ numbers }: Memory, n: number): void {
    numbers[this.#before]! += n * this.#width
    numbers[this.#length]! -= n
  }

  /**
   * Has `length` rows of unknown content, of which nothing was removed, and room for some more. The lists behind it are
   * to be resized next, in their order: it may have taken what was theirs.
   */
  resize({ numbers }: Memory, length: number, room = ROOM): void {
    const width = this.#width
    const start = numbers[this.#start]!
    const end = start + (length + 1 + room) * width
    while (numbers.length < end) numbers.push(0)
    for (let i = 0; i < width; i++) numbers[start + i] = 0
    numbers[this.#before] = start
    numbers[this.#length] = length
    numbers[this.#end] = end
  }

  /** Writes the times of all rows: how far each is from the one before it, as signed numbers. */
  encodeTimes({ numbers }: Memory, writer: ByteWriter): void {
    const first = this.#indexOf(numbers, 0) + TIME
    writer.differences(numbers, first, this.#width, whole(numbers[this.#length]!), 0)
  }

  /** Reads the times of all rows. */
  readTimes({ numbers }: Memory, reader: ByteReader): void {
    const first = this.#indexOf(numbers, 0) + TIME
    reader.runningSums(numbers, first, this.#width, whole(numbers[this.#length]!))
  }

  /** Writes a total of all rows, as signed numbers. */
  encodeTotals({ numbers }: Memory, writer: ByteWriter, place: number): void {
    const width = this.#width
    const first = this.#indexOf(numbers, 0) + place
    writer.differences(numbers, first, width, whole(numbers[this.#length]!), numbers[first - width]!)
  }

  /** Reads a total of all rows. */
  readTotals({ numbers }: Memory, reader: ByteReader, place: number): void {
    const first = this.#indexOf(numbers, 0) + place
    reader.runningSums(numbers, first, this.#width, whole(numbers[this.#length]!))
  }

  /** Writes over what was removed when that is a good part, else moves the lists behind it. */
  #makeRoom(memory: Memory): void {
    const { numbers } = memory
    const start = numbers[this.#start]!
    const before = numbers[this.#before]!
    const end = numbers[this.#end]!
    const length = whole(numbers[this.#length]!)
    if ((before - start) * 4 > end - start) {
      move(numbers, before, this.#indexOf(numbers, length), start)
      numbers[this.#before] = start
      return
    }
    const by = Math.max(ROOM, length >> 1) * this.#width
    const last = this.#lists.at(-1)!
    const behind = numbers[last.#end]!
    while (numbers.length < behind + by) numbers.push(0)
    for (let i = behind - 1; i >= end; i--) numbers[i + by] = numbers[i]!
    numbers[this.#end] = end + by
    for (let i = this.#index + 1; i < this.#lists.length; i++) this.#lists[i]!.#shift(numbers, by)
  }

  #shift(numbers: number[], by: number): void {
    numbers[this.#before]! += by
    numbers[this.#end]! += by
  }

  #indexOf(numbers: readonly number[], row: number): number {
    return whole(numbers[this.#before]!) + (row + 1) * this.#width
  }
}

/** An index or a length as it is kept among doubles: what is computed with it is of whole numbers to the processor too. */
function whole(value: number): number {
  return value | 0
}

/** Moves the numbers from `from` to before `end` to `to`, which is before them. */
function move(numbers: number[], from: number, end: number, to: number): void {
  for (let i = from; i < end; i++) numbers[to + i - from] = numbers[i]!
}
