import { KeyTable } from './key-table.ts'
import type { StateKey } from './state-key.ts'

/** What a state takes beside its encoding: key, slot, object headers. */
const ENTRY_BYTES = 240
/** As an object a state takes about twice its encoding, since its lists have room to grow. */
const BYTES_PER_ENCODED_BYTE = 2

interface Kept<E> {
  readonly key: StateKey
  readonly entry: E
  /** Estimated. */
  bytes: number
  /** Whether it was used since the hand came by. */
  isUsed: boolean
}

/** States by key that are kept as objects. Those that were not used for a while can be forgotten (the clock algorithm). */
export class BusyStates<E extends { readonly key: StateKey; readonly changes: number }> {
  readonly #kept = new KeyTable<Kept<E>>()
  #bytes = 0
  /** A slot. */
  #hand = 0

  get count(): number {
    return this.#kept.count
  }

  /** The memory that they take (estimated from the encoded sizes). */
  get bytes(): number {
    return this.#bytes
  }

  has(key: StateKey): boolean {
    return this.#kept.find(key) !== undefined
  }

  /** The state of a key, which counts as used. */
  find(key: StateKey): E | undefined {
    const kept = this.#kept.find(key)
    if (kept === undefined) return undefined
    kept.isUsed = true
    return kept.entry
  }

  /** Keeps a state; until its encoding is measured, that counts as empty. */
  put(entry: E): void {
    const { key } = entry
    if (this.has(key)) return
    this.#kept.add({ key, entry, bytes: ENTRY_BYTES, isUsed: true })
    this.#bytes += ENTRY_BYTES
  }

  /** Tells how large the encoding of a state is now. */
  measure(key: StateKey, encodedBytes: number): void {
    const kept = this.#kept.find(key)!
    const bytes = ENTRY_BYTES + BYTES_PER_ENCODED_BYTE * encodedBytes
    this.#bytes += bytes - kept.bytes
    kept.bytes = bytes
  }

  /** Forgets the state of a key, where there is one. */
  delete(key: StateKey): void {
    const kept = this.#kept.find(key)
    if (kept === undefined) return
    this.#kept.delete(key)
    this.#bytes -= kept.bytes
  }

  /**
   * Forgets states that are stored, those first that were not used since it last came by, until they take at most
   * `mostBytes` or there are no more. Answers how many were forgotten.
   */
  forget(mostBytes: number): number {
    const before = this.count
    let left = 2 * this.#kept.slots
    while (left > 0 && this.#bytes > mostBytes) {
      const kept = this.#kept.at(this.#hand)
      if (kept !== undefined && !kept.isUsed && kept.entry.changes === 0) {
        // Another may move up into its place: the hand stays.
        this.delete(kept.key)
        continue
      }
      left--
      if (kept !== undefined) kept.isUsed = false
      this.#hand = (this.#hand + 1) & (this.#kept.slots - 1)
    }
    return before - this.count
  }
}
