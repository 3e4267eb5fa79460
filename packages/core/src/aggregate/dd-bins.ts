import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'

/** Bins with consecutive indexes, at most `most` of them: values below the lowest are counted in it. */
export class Bins {
  readonly #most: number
  #counts: Float64Array = new Float64Array(0)
  /** Index of the first bin of `#counts`. */
  #first = 0
  #lowest = Number.POSITIVE_INFINITY
  #highest = Number.NEGATIVE_INFINITY
  #total = 0

  constructor(most: number) {
    this.#most = most
  }

  get total(): number {
    return this.#total
  }

  add(index: number, count: number): void {
    const at = Math.max(index, this.#highest - this.#most + 1)
    this.#cover(Math.min(at, this.#lowest), Math.max(at, this.#highest))
    this.#counts[at - this.#first]! += count
    this.#total += count
  }

  merge(other: Bins): void {
    if (other.#total === 0) return
    const highest = Math.max(this.#highest, other.#highest)
    const lowest = Math.max(Math.min(this.#lowest, other.#lowest), highest - this.#most + 1)
    this.#cover(lowest, highest)
    for (let index = other.#lowest; index <= other.#highest; index++)
      this.#counts[Math.max(index, lowest) - this.#first]! += other.#counts[index - other.#first]!
    this.#total += other.#total
  }

  /** The index of the bin that holds the value at a rank, counted from the lowest bin or from the highest. */
  indexAt(rank: number, from: 'lowest' | 'highest'): number {
    const step = from === 'lowest' ? 1 : -1
    let index = from === 'lowest' ? this.#lowest : this.#highest
    let left = rank - this.#counts[index - this.#first]!
    while (left >= 0) {
      index += step
      left -= this.#counts[index - this.#first]!
    }
    return index
  }

  /** Only the bins with values, each with its distance from the one before. */
  encode(writer: ByteWriter): void {
    const used: number[] = []
    for (let index = this.#lowest; index <= this.#highest; index++)
      if (this.#counts[index - this.#first]! > 0) used.push(index)
    writer.varint(used.length)
    let previous = 0
    for (const index of used) {
      writer.signed(index - previous)
      writer.varint(this.#counts[index - this.#first]!)
      previous = index
    }
  }

  static decode(reader: ByteReader, most: number): Bins {
    const bins = new Bins(most)
    let index = 0
    for (let left = reader.varint(); left > 0; left--) {
      index += reader.signed()
      bins.add(index, reader.varint())
    }
    return bins
  }

  /** Makes room for the bins from `lowest` to `highest`; those too far below the highest are put together. */
  #cover(lowest: number, highest: number): void {
    if (lowest >= this.#lowest && highest <= this.#highest) return
    const kept = Math.max(lowest, highest - this.#most + 1)
    if (kept < this.#first || highest >= this.#first + this.#counts.length || kept > this.#lowest)
      this.#move(kept, highest)
    this.#lowest = kept
    this.#highest = highest
  }

  #move(lowest: number, highest: number): void {
    const spare = Math.min(32, this.#most)
    const counts = new Float64Array(highest - lowest + 1 + 2 * spare)
    const first = lowest - spare
    for (let index = this.#lowest; index <= this.#highest; index++)
      counts[Math.max(index, lowest) - first]! += this.#counts[index - this.#first]!
    this.#counts = counts
    this.#first = first
  }
}
