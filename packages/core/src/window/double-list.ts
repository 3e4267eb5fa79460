import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { countUpTo } from './count-up-to.ts'

/** A growable list of doubles with cheap removal at the front. */
export class DoubleList {
  #values: number[] = []
  #start = 0
  /** Behind the last value; the array may be longer. */
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  at(index: number): number {
    return this.#values[this.#start + index]!
  }

  push(value: number): void {
    this.#values[this.#end++] = value
  }

  insert(index: number, value: number): void {
    const at = this.#start + index
    for (let i = this.#end++; i > at; i--) this.#values[i] = this.#values[i - 1]!
    this.#values[at] = value
  }

  /** Takes the running sums of `length` signed numbers that follow, in place of what it held. */
  readSums(reader: ByteReader, length: number): void {
    this.#values = reader.runningSums(length, this.#values)
    this.#start = 0
    this.#end = length
  }

  /** Writes how far each value is from the one before it, the first from `before`; `readSums` reads them where that is 0. */
  writeDifferences(writer: ByteWriter, before: number): void {
    writer.differences(this.#values, this.#start, this.#end, before)
  }

  clear(): void {
    this.#start = 0
    this.#end = 0
  }

  removeFirst(n: number): void {
    this.#start += n
    // Removed values are written over when they are the larger part.
    if (this.#start === this.#end) this.clear()
    else if (this.#start > 16 && this.#start * 2 > this.#end) this.#moveToFront()
  }

  addFrom(index: number, value: number): void {
    for (let i = this.#start + index; i < this.#end; i++) this.#values[i]! += value
  }

  /** The number of values that are at most `limit`; the list must ascend. */
  countUpTo(limit: number): number {
    return countUpTo(this.#values, this.#start, 1, this.length, limit)
  }

  #moveToFront(): void {
    const values = this.#values
    const start = this.#start
    for (let i = start; i < this.#end; i++) values[i - start] = values[i]!
    this.#end -= start
    this.#start = 0
  }
}
