/** What an entry takes beside its state: key, map slot, object headers. */
const ENTRY_BYTES = 200
/** A state in memory takes about as much again as its encoding, since its lists have room to grow. */
const BYTES_PER_ENCODED_BYTE = 2

/**
 * The states that a partition keeps in memory, in two generations: what was used since the last turn, and what was used
 * in the turn before. Ending a turn forgets the older generation, so that no order of use has to be kept.
 */
export class StateCache<S> {
  #recent = new Map<string, S>()
  #older = new Map<string, S>()

  /** The number of states kept; one that was used in both turns counts twice. */
  get size(): number {
    return this.#recent.size + this.#older.size
  }

  has(key: string): boolean {
    return this.#recent.has(key) || this.#older.has(key)
  }

  /** The state of a key, which counts as used. */
  get(key: string): S | undefined {
    const recent = this.#recent.get(key)
    if (recent !== undefined) return recent
    const older = this.#older.get(key)
    if (older !== undefined) this.#recent.set(key, older)
    return older
  }

  set(key: string, state: S): void {
    this.#recent.set(key, state)
  }

  /**
   * Ends the turn once its states take half of what the cache may. To be called when every state is stored.
   * @param averageBytes encoded size of a state
   */
  trim(mostBytes: number, averageBytes: number): void {
    const bytes = this.#recent.size * (ENTRY_BYTES + BYTES_PER_ENCODED_BYTE * averageBytes)
    if (bytes * 2 <= mostBytes) return
    this.#older = this.#recent
    this.#recent = new Map()
  }
}
