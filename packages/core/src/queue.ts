/** So many are moved up sooner than it takes to remember where the first one is. */
const FEW = 32

/** First in, first out; each takes the same time, however many there are. */
export class Queue<T> {
  #items: T[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  get first(): T | undefined {
    return this.#items[this.#head]
  }

  push(item: T): void {
    this.#items.push(item)
  }

  toArray(): readonly T[] {
    return this.#items.slice(this.#head)
  }

  shift(): T | undefined {
    if (this.#head === 0 && this.#items.length <= FEW) return this.#items.shift()
    const item = this.#items[this.#head]
    if (item === undefined) return undefined
    this.#head++
    if (this.#head >= FEW && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
