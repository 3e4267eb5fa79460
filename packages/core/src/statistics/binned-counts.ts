import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'

/**
 * Counts of the values of one feature in the bins of its reference. Their size does not depend on the number of
 * values, and the counts of shards add up to those of the whole.
 */
export class BinnedCounts {
  /** One per bin, in ascending order. */
  readonly counts: number[]
  #missing: number

  constructor(counts: readonly number[], missing = 0) {
    this.counts = [...counts]
    this.#missing = missing
  }

  /** No values yet, in the bins that `edges` divide. */
  static empty(edges: readonly number[]): BinnedCounts {
    return new BinnedCounts(Array(edges.length + 1).fill(0))
  }

  /** Values that were null or NaN; they are in no bin. */
  get missing(): number {
    return this.#missing
  }

  /** Counts a value, in place. `edges` are those that the counts were made for. */
  add(value: number | null, edges: readonly number[]): void {
    if (value === null || Number.isNaN(value)) this.#missing++
    else this.counts[binOf(value, edges)]!++
  }

  /** The counts of both; neither is changed. Throws RangeError when their bins differ in number. */
  merge(other: BinnedCounts): BinnedCounts {
    if (other.counts.length !== this.counts.length)
      throw new RangeError(
        `Counts of ${this.counts.length} and of ${other.counts.length} bins cannot be merged.`,
      )
    const counts = this.counts.map((count, bin) => count + other.counts[bin]!)
    return new BinnedCounts(counts, this.#missing + other.#missing)
  }

  /** Layout: the missing, the number of bins, their counts. */
  encode(writer: ByteWriter): void {
    writer.varint(this.#missing)
    writer.varint(this.counts.length)
    for (const count of this.counts) writer.varint(count)
  }

  static decode(reader: ByteReader): BinnedCounts {
    const missing = reader.varint()
    return new BinnedCounts(
      Array.from({ length: reader.varint() }, () => reader.varint()),
      missing,
    )
  }
}

/**
 * The bin of a value: the number of inner edges below it. Bins are right-closed, so that bin i holds
 * edges[i − 1] < value ≤ edges[i]; the outer edges are −∞ and +∞.
 */
export function binOf(value: number, edges: readonly number[]): number {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
