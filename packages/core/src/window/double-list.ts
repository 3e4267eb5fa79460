/** A growable list of doubles with cheap removal at the front. */
export class DoubleList {
  #values: number[]
  #start = 0

  /** @param values its first values; the list keeps the array */
  constructor(values: number[] = []) {
    this.#values = values
  }

  get length(): number {
    return this.#values.length - this.#start
  }

  at(index: number): number {
    return this.#values[this.#start + index]!
  }

  push(value: number): void {
    this.#values.push(value)
  }

  insert(index: number, value: number): void {
    const at = this.#start + index
    if (at === this.#values.length) this.#values.push(value)
    else this.#values.splice(at, 0, value)
  }

  removeFirst(n: number): void {
    this.#start += n
    // Removed values are dropped when they are the larger part.
    if (this.#start > 16 && this.#start * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#start)
      this.#start = 0
    }
  }

  addFrom(index: number, value: number): void {
    for (let i = this.#start + index; i < this.#values.length; i++) this.#values[i]! += value
  }

  /** The number of values that are at most `limit`; the list must ascend. */
  countUpTo(limit: number): number {
    const values = this.#values
    let low = this.#start
    let high = values.length
    // Most questions are about the newest values.
    if (high === low || values[high - 1]! <= limit) return high - low
    while (low < high) {
      const middle = (low + high) >>> 1
      if (values[middle]! <= limit) low = middle + 1
      else high = middle
    }
    return low - this.#start
  }
}
