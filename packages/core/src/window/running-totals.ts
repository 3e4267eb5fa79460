import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { DoubleList } from './double-list.ts'

/** A list of whole numbers that knows the sum of any stretch at once: entry i is the total of the values 0…i. */
export class RunningTotals {
  readonly #totals = new DoubleList()
  /** Total of the values that were removed. */
  #removed = 0

  /** Takes the `length` signed numbers that follow in place of what it held. */
  read(reader: ByteReader, length: number): void {
    this.#totals.readSums(reader, length)
    this.#removed = 0
  }

  /** Writes the values as signed numbers. */
  encode(writer: ByteWriter): void {
    this.#totals.writeDifferences(writer, this.#removed)
  }

  push(value: number): void {
    this.#totals.push(this.#before(this.#totals.length) + value)
  }

  insert(index: number, value: number): void {
    this.#totals.insert(index, this.#before(index))
    this.#totals.addFrom(index, value)
  }

  at(index: number): number {
    return this.#totals.at(index) - this.#before(index)
  }

  /** The sum of the values from `start` to before `end`. */
  sum(start: number, end: number): number {
    return start >= end ? 0 : this.#totals.at(end - 1) - this.#before(start)
  }

  removeFirst(n: number): void {
    if (n === 0) return
    this.#removed = this.#before(n)
    this.#totals.removeFirst(n)
  }

  #before(index: number): number {
    return index === 0 ? this.#removed : this.#totals.at(index - 1)
  }
}
