/** What a state takes beside its encoding: key, map slot, object headers. */
const ENTRY_BYTES = 240
/** As an object a state takes about twice its encoding, since its lists have room to grow. */
const BYTES_PER_ENCODED_BYTE = 2

interface Kept<E> {
  readonly entry: E
  /** Estimated. */
  bytes: number
  /** Whether it was used since the hand came by. */
  isUsed: boolean
}

/** States by key that are kept as objects. Those that were not used for a while can be forgotten (the clock algorithm). */
export class BusyStates<E extends { readonly changes: number }> {
  readonly #kept = new Map<string, Kept<E>>()
  #bytes = 0
  #hand: MapIterator<[string, Kept<E>]> = this.#kept.entries()

  get count(): number {
    return this.#kept.size
  }

  /** The memory that they take (estimated from the encoded sizes). */
  get bytes(): number {
    return this.#bytes
  }

  has(key: string): boolean {
    return this.#kept.has(key)
  }

  /** The state of a key, which counts as used. */
  find(key: string): E | undefined {
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    kept.isUsed = true
    return kept.entry
  }

  /** Keeps a state; until its encoding is measured, that counts as empty. */
  put(key: string, entry: E): void {
    if (this.#kept.has(key)) return
    this.#kept.set(key, { entry, bytes: ENTRY_BYTES, isUsed: true })
    this.#bytes += ENTRY_BYTES
  }

  /** Tells how large the encoding of a state is now. */
  measure(key: string, encodedBytes: number): void {
    const kept = this.#kept.get(key)!
    const bytes = ENTRY_BYTES + BYTES_PER_ENCODED_BYTE * encodedBytes
    this.#bytes += bytes - kept.bytes
    kept.bytes = bytes
  }

  /** Forgets the state of a key, where there is one. */
  delete(key: string): void {
    const kept = this.#kept.get(key)
    if (kept === undefined) return
    this.#kept.delete(key)
    this.#bytes -= kept.bytes
  }

  /**
   * Forgets states that are stored, those first that were not used since it last came by, until they take at most
   * `mostBytes` or there are no more. Answers how many were forgotten.
   */
  forget(mostBytes: number): number {
    const before = this.#kept.size
    for (let left = 2 * before; left > 0 && this.#bytes > mostBytes; left--) {
      const [key, kept] = this.#nextOfHand()
      if (kept.isUsed) kept.isUsed = false
      else if (kept.entry.changes === 0) this.delete(key)
    }
    return before - this.#kept.size
  }

  #nextOfHand(): [string, Kept<E>] {
    const next = this.#hand.next()
    if (!next.done) return next.value
    this.#hand = this.#kept.entries()
    return this.#hand.next().value!
  }
}
