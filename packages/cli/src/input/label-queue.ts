interface Entry<Label> {
  readonly knownAt: number
  readonly arrival: number
  readonly label: Label
}

/** Labels that wait for their time: a binary heap by time, and by arrival where times are equal. */
export class LabelQueue<Label> {
  readonly #heap: Entry<Label>[] = []
  #arrivals = 0

  get size(): number {
    return this.#heap.length
  }

  add(label: Label, knownAt: number): void {
    this.#heap.push({ label, knownAt, arrival: this.#arrivals++ })
    this.#rise(this.#heap.length - 1)
  }

  /** Takes out, in their order, the labels known at `time`. */
  *takeUntil(time: number): Generator<Label, void, undefined> {
    while (this.#heap.length > 0 && this.#heap[0]!.knownAt <= time) yield this.#takeFirst()
  }

  #takeFirst(): Label {
    const first = this.#heap[0]!
    const last = this.#heap.pop()!
    if (this.#heap.length > 0) {
      this.#heap[0] = last
      this.#sink(0)
    }
    return first.label
  }

  #rise(index: number): void {
    const parent = (index - 1) >> 1
    if (index === 0 || !this.#isBefore(index, parent)) return
    this.#swap(index, parent)
    this.#rise(parent)
  }

  #sink(index: number): void {
    const left = 2 * index + 1
    const right = left + 1
    if (left >= this.#heap.length) return
    const first = right < this.#heap.length && this.#isBefore(right, left) ? right : left
    if (!this.#isBefore(first, index)) return
    this.#swap(first, index)
    this.#sink(first)
  }

  #isBefore(index: number, other: number): boolean {
    const [a, b] = [this.#heap[index]!, this.#heap[other]!]
    return a.knownAt < b.knownAt || (a.knownAt === b.knownAt && a.arrival < b.arrival)
  }

  #swap(index: number, other: number): void {
    const entry = this.#heap[index]!
    this.#heap[index] = this.#heap[other]!
    this.#heap[other] = entry
  }
}
