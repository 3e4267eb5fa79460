/** What can be in `Slots`: it remembers its place there, which is nobody else's business. */
export interface Slotted {
  slot?: number | undefined
}

/**
 * A set of things that come and go often, each in a place that is used again. A `Set` or a `Map` would keep them for
 * long: V8 gives it a new table every few dozen changes, to which the old one points. Once such a table has grown old,
 * all later ones stay, with what was in them, until the old generation is collected.
 */
export class Slots<T extends Slotted> {
  readonly #items: (T | undefined)[] = []
  readonly #free: number[] = []

  /** Takes something that is not in it. */
  add(item: T): void {
    const slot = this.#free.pop() ?? this.#items.length
    this.#items[slot] = item
    item.slot = slot
  }

  /** Lets go of something; of what is not in it, without effect. */
  delete(item: T): void {
    const { slot } = item
    if (slot === undefined) return
    item.slot = undefined
    this.#items[slot] = undefined
    this.#free.push(slot)
  }

  /** What is in it, in no order. */
  *[Symbol.iterator](): Generator<T> {
    for (const item of this.#items) if (item !== undefined) yield item
  }
}
