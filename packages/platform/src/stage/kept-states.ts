import type { Stage, StateStore, TakenRecord, WritePair } from '@millrace/core'
import { type CachedState, StateCache } from './state-cache.ts'
import type { TaskStates } from './task-states.ts'

/** States that many records share: they are read once, and kept in memory. */
export class KeptStates<V, S> implements TaskStates<V, S> {
  /**
   * The states kept in memory, null where one was erased, so that what is still stored is not read again. Those that
   * were changed and not written must not be forgotten.
   */
  readonly cache = new StateCache<S | null>()
  readonly #stage: Stage<V, S>
  readonly #store: StateStore
  readonly #partition: number
  /** Of the round at work, by record. */
  #used: readonly (CachedState<S | null> | undefined)[] = []
  /** Those that were changed and not stored. */
  #changed: CachedState<S | null>[] = []

  constructor(stage: Stage<V, S>, store: StateStore, partition: number) {
    this.#stage = stage
    this.#store = store
    this.#partition = partition
  }

  async fetch(records: readonly TakenRecord<V>[], pair: WritePair): Promise<WritePair | 'refused'> {
    this.#used = this.cache.use(records.map(this.#stage.keyOf))
    const missing = this.#used.filter(entry => entry?.isMissing === true) as CachedState<S | null>[]
    if (missing.length === 0) return pair
    const keys = missing.map(({ key }) => key)
    const values = await this.#store.read(this.#partition, pair, keys)
    if (values === 'refused') return 'refused'
    missing.forEach((entry, i) => {
      const bytes = values[i]
      entry.isMissing = false
      if (bytes === undefined) return
      entry.state = this.#stage.codec.decode(bytes)
      this.cache.measure(entry, bytes.length)
    })
    return pair
  }

  get(index: number): S | undefined {
    const entry = this.#used[index]
    if (entry === undefined) return undefined
    if (entry.packed !== undefined) {
      entry.state = this.#stage.codec.decode(entry.packed)
      entry.packed = undefined
    }
    return entry.state ?? undefined
  }

  put(index: number, state: S | null): void {
    const entry = this.#used[index]
    if (entry === undefined) return
    entry.state = state
    entry.changes++
    if (entry.changes === 1) this.#changed.push(entry)
    else entry.isBusy = true
  }

  endRound(): void {
    for (const entry of this.#used) if (entry?.changes === 1 && !entry.isBusy) this.#pack(entry)
    this.#used = []
  }

  changed(): ReadonlyMap<string, Uint8Array | null> {
    const changed = new Map<string, Uint8Array | null>()
    for (const entry of this.#changed) changed.set(entry.key, this.#encode(entry))
    return changed
  }

  stored(): void {
    this.#changed = []
  }

  /**
   * Keeps only the encoding of a state, which is wanted for the write anyway. Most states of a stage with many entities
   * have one event between two writes: as objects they would live until then, and the garbage collector copies what
   * lives.
   */
  #pack(entry: CachedState<S | null>): void {
    if (entry.state === null || entry.state === undefined) return
    entry.packed = this.#stage.codec.encode(entry.state)
    entry.state = undefined
    this.cache.measure(entry, entry.packed.length)
  }

  /** What is to be stored of a changed entry, null when it is to be erased. */
  #encode(entry: CachedState<S | null>): Uint8Array | null {
    const { state, packed, changes } = entry
    entry.isBusy = changes > 1
    entry.changes = 0
    if (packed !== undefined) return packed
    const encoded = state === null ? null : this.#stage.codec.encode(state!)
    this.cache.measure(entry, encoded?.length ?? 0)
    return encoded
  }
}
