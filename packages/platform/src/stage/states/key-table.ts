import type { StateKey } from './state-key.ts'

const FIRST_SLOTS = 64

/** Entries by key, in an open-addressing table. */
export class KeyTable<E extends { readonly key: StateKey }> {
  #entries: (E | undefined)[] = emptySlots(FIRST_SLOTS)
  #count = 0

  /** The number of entries. */
  get count(): number {
    return this.#count
  }

  /** The number of slots: a power of two. */
  get slots(): number {
    return this.#entries.length
  }

  find(key: StateKey): E | undefined {
    return this.#entries[this.#slotOf(key)]
  }

  /** The entry in a slot. */
  at(slot: number): E | undefined {
    return this.#entries[slot]
  }

  /** Adds an entry whose key is not there. */
  add(entry: E): void {
    if (4 * ++this.#count > 3 * this.#entries.length) this.#grow()
    this.#entries[this.#slotOf(entry.key)] = entry
  }

  /** Deletes the entry of a key that is there; others may move up to its slot. */
  delete(key: StateKey): void {
    const mask = this.#entries.length - 1
    let gap = this.#slotOf(key)
    this.#count--
    // Those behind it that would not be found across the gap move up (Knuth's algorithm 6.4R).
    for (let at = (gap + 1) & mask; ; at = (at + 1) & mask) {
      const entry = this.#entries[at]
      if (entry === undefined) break
      // Not when its own place lies behind the gap.
      if (((at - entry.key.hash) & mask) < ((at - gap) & mask)) continue
      this.#entries[gap] = entry
      gap = at
    }
    this.#entries[gap] = undefined
  }

  clear(): void {
    if (this.#count > 0) this.#entries.fill(undefined)
    this.#count = 0
  }

  /** The slot of a key, or the free one where it belongs. */
  #slotOf({ hash, text }: StateKey): number {
    const mask = this.#entries.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#entries[slot]
      if (entry === undefined || (entry.key.hash === hash && entry.key.text === text)) return slot
    }
  }

  #grow(): void {
    const entries = this.#entries
    this.#entries = emptySlots(2 * entries.length)
    for (const entry of entries) if (entry !== undefined) this.#entries[this.#slotOf(entry.key)] = entry
  }
}

function emptySlots<E>(count: number): (E | undefined)[] {
  return new Array<E | undefined>(count).fill(undefined)
}
