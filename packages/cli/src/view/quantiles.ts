/** Neighbouring buckets differ by this factor, so that a quantile is off by at most half of it. */
const GROWTH = 1.02

/** Counts values in buckets of equal relative width, and tells quantiles. */
export class Quantiles {
  readonly #buckets = new Map<number, number>()
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Adds a value; what is below 1 counts as 1. */
  add(value: number): void {
    const bucket = Math.round(Math.log(Math.max(1, value)) / Math.log(GROWTH))
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
    this.#count++
  }

  /** The value that a share `q` of all values does not exceed, within 1 %; undefined when there is none. */
  at(q: number): number | undefined {
    let left = Math.ceil(q * this.#count)
    if (left === 0) return undefined
    for (const [bucket, count] of [...this.#buckets].toSorted(([a], [b]) => a - b)) {
      left -= count
      if (left <= 0) return GROWTH ** bucket
    }
    return undefined
  }
}
