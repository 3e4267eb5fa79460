/** A growable list of doubles with cheap removal at the front. */
export class DoubleList {
  #values: Float64Array
  #start = 0
  #end = 0

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity)
  }

  get length(): number {
    return this.#end - this.#start
  }

  at(index: number): number {
    return this.#values[this.#start + index]!
  }

  push(value: number): void {
    if (this.#end === this.#values.length) this.#makeRoom()
    this.#values[this.#end++] = value
  }

  insert(index: number, value: number): void {
    if (this.#end === this.#values.length) this.#makeRoom()
    const at = this.#start + index
    if (at < this.#end) this.#values.copyWithin(at + 1, at, this.#end)
    this.#values[at] = value
    this.#end++
  }

  set(index: number, value: number): void {
    this.#values[this.#start + index] = value
  }

  removeAt(index: number): void {
    this.#values.copyWithin(this.#start + index, this.#start + index + 1, this.#end)
    this.#end--
  }

  removeFirst(n: number): void {
    this.#start += n
  }

  addFrom(index: number, value: number): void {
    for (let i = this.#start + index; i < this.#end; i++) this.#values[i]! += value
  }

  /** The number of values that are at most `limit`; the list must ascend. */
  countUpTo(limit: number): number {
    let low = this.#start
    let high = this.#end
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#values[middle]! <= limit) low = middle + 1
      else high = middle
    }
    return low - this.#start
  }

  #makeRoom(): void {
    const length = this.length
    const room = length * 2 <= this.#values.length ? this.#values : new Float64Array(this.#values.length * 2)
    room.set(this.#values.subarray(this.#start, this.#end))
    this.#values = room
    this.#start = 0
    this.#end = length
  }
}
