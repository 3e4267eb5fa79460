/** What an entry takes beside its state: key, map slot, object headers. */
const ENTRY_BYTES = 240
/** A state that is not packed takes about as much again as its encoding, since its lists have room to grow. */
const BYTES_PER_ENCODED_BYTE = 2

/** What states in memory take, and of how much use they are. */
export interface CacheUse {
  readonly states: number
  /** Estimated from the encoded sizes. */
  readonly bytes: number
  /** Records whose state was in memory when their turn came, since it was told last. */
  readonly hits: number
  /** States that were asked for in the store instead, since then. */
  readonly misses: number
  /** States that were forgotten, since then. */
  readonly evictions: number
}

/** The state of a key in memory: as the step works with it, or packed as its encoding, which takes less. */
export interface CachedState<S> {
  readonly key: string
  /** Undefined where there is none, and while it is packed. */
  state: S | undefined
  packed: Uint8Array | undefined
  /** Whether the store is still to be asked for it. */
  isMissing: boolean
  /** How often it was changed since it was stored. */
  changes: number
  /** Whether it was changed more than once between two writes: then it is not packed. */
  isBusy: boolean
  /** What it takes (estimated). */
  bytes: number
}

/** Entries, and what they take together. */
class Generation<S> {
  readonly entries = new Map<string, CachedState<S>>()
  bytes = 0
}

/**
 * The states that a partition keeps in memory, in two generations: what was used since the last turn, and what was used
 * in the turn before and not since. Ending a turn forgets the older generation, so that no order of use has to be kept.
 */
export class StateCache<S> {
  #recent = new Generation<S>()
  #older = new Generation<S>()
  #hits = 0
  #misses = 0
  #evictions = 0

  /** What the states take (bytes, estimated). */
  get bytes(): number {
    return this.#recent.bytes + this.#older.bytes
  }

  /** What those used since the last turn take. */
  get recentBytes(): number {
    return this.#recent.bytes
  }

  /**
   * The states of keys, which count as used: one for each key that there is. Those that are not kept are missing until
   * they are filled in.
   */
  use(keys: readonly (string | undefined)[]): readonly (CachedState<S> | undefined)[] {
    const states = new Array<CachedState<S> | undefined>(keys.length)
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      if (key !== undefined) states[i] = this.#find(key) ?? this.#add(key)
    }
    return states
  }

  /** Tells how large the encoding is of a state in use; until then it counts as empty. */
  measure(entry: CachedState<S>, encodedBytes: number): void {
    const bytes = ENTRY_BYTES + (entry.packed === undefined ? BYTES_PER_ENCODED_BYTE : 1) * encodedBytes
    this.#recent.bytes += bytes - entry.bytes
    entry.bytes = bytes
  }

  /** Forgets what was not used since the last turn: that is stored. */
  forgetOlder(): void {
    this.#evictions += this.#older.entries.size
    this.#older = new Generation()
  }

  /** The same, and begins another turn. To be called when every state is stored. */
  endTurn(): void {
    this.forgetOlder()
    ;[this.#older, this.#recent] = [this.#recent, this.#older]
  }

  /** What the states take now, and what became of them since this was asked last. */
  takeUse(): CacheUse {
    const use = {
      states: this.#recent.entries.size + this.#older.entries.size,
      bytes: this.bytes,
      hits: this.#hits,
      misses: this.#misses,
      evictions: this.#evictions,
    }
    this.#hits = this.#misses = this.#evictions = 0
    return use
  }

  /** The state of a key, moved to those that were used since the last turn. */
  #find(key: string): CachedState<S> | undefined {
    const recent = this.#recent.entries.get(key)
    if (recent !== undefined) {
      this.#hits++
      return recent
    }
    const older = this.#older.entries.get(key)
    if (older === undefined) return undefined
    this.#hits++
    this.#older.entries.delete(key)
    this.#older.bytes -= older.bytes
    this.#recent.entries.set(key, older)
    this.#recent.bytes += older.bytes
    return older
  }

  #add(key: string): CachedState<S> {
    this.#misses++
    const entry: CachedState<S> = {
      key,
      state: undefined,
      packed: undefined,
      isMissing: true,
      changes: 0,
      isBusy: false,
      bytes: ENTRY_BYTES,
    }
    this.#recent.entries.set(key, entry)
    this.#recent.bytes += ENTRY_BYTES
    return entry
  }
}
