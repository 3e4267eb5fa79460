/** What an entry takes beside its state: key, map slot, object headers. */
const ENTRY_BYTES = 240
/** A state in memory takes about as much again as its encoding, since its lists have room to grow. */
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

interface Entry<S> {
  state: S
  encodedBytes: number
}

/** Entries, and what they take together. */
class Generation<S> {
  readonly entries = new Map<string, Entry<S>>()
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

  /** Those of the wanted states that are not kept. */
  missing(wanted: readonly (string | undefined)[]): ReadonlySet<string> {
    const missing = new Set<string>()
    for (const key of wanted) {
      if (key === undefined) continue
      if (this.#recent.entries.has(key) || this.#older.entries.has(key) || missing.has(key)) this.#hits++
      else missing.add(key)
    }
    this.#misses += missing.size
    return missing
  }

  /** The state of a key, which counts as used. */
  get(key: string): S | undefined {
    return this.#use(key)?.state
  }

  set(key: string, state: S): void {
    const entry = this.#use(key)
    if (entry !== undefined) entry.state = state
    else {
      this.#recent.entries.set(key, { state, encodedBytes: 0 })
      this.#recent.bytes += ENTRY_BYTES
    }
  }

  /** Tells how large the encoding of a state is that is kept; until then it counts as empty. */
  measure(key: string, encodedBytes: number): void {
    const entry = this.#use(key)!
    this.#recent.bytes += BYTES_PER_ENCODED_BYTE * (encodedBytes - entry.encodedBytes)
    entry.encodedBytes = encodedBytes
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

  /** The entry of a key, moved to those that were used since the last turn. */
  #use(key: string): Entry<S> | undefined {
    const recent = this.#recent.entries.get(key)
    if (recent !== undefined) return recent
    const older = this.#older.entries.get(key)
    if (older === undefined) return undefined
    const bytes = ENTRY_BYTES + BYTES_PER_ENCODED_BYTE * older.encodedBytes
    this.#older.entries.delete(key)
    this.#older.bytes -= bytes
    this.#recent.entries.set(key, older)
    this.#recent.bytes += bytes
    return older
  }
}
