import type { Stage, StageWrite, StateStore, TakenRecord, WritePair } from '@millrace/core'
import { type CachedState, StateCache } from './state-cache.ts'
import type { TaskStates } from './task-states.ts'

/** States that many records share: they are read once, and kept in memory. */
export class KeptStates<V, S> implements TaskStates<V, S> {
  readonly cache: StateCache<S>
  readonly #stage: Stage<V, S>
  readonly #store: StateStore
  readonly #partition: number
  /** Of the round at work, by record. */
  #used: readonly (CachedState<S> | undefined)[] = []

  constructor(stage: Stage<V, S>, store: StateStore, partition: number) {
    this.cache = new StateCache(stage.codec)
    this.#stage = stage
    this.#store = store
    this.#partition = partition
  }

  async fetch(records: readonly TakenRecord<V>[], pair: WritePair): Promise<WritePair | 'refused'> {
    this.#used = this.cache.use(records.map(this.#stage.keyOf))
    const missing = new Set<CachedState<S>>()
    for (const entry of this.#used) if (entry?.isMissing) missing.add(entry)
    if (missing.size === 0) return pair
    const keys = Array.from(missing, ({ key }) => key.text)
    const values = await this.#store.read(this.#partition, pair, keys)
    if (values === 'refused') return 'refused'
    let i = 0
    for (const entry of missing) {
      entry.isMissing = false
      entry.packed = values[i++]
    }
    return pair
  }

  get(index: number): S | undefined {
    const entry = this.#used[index]
    if (entry === undefined) return undefined
    const { packed } = entry
    if (packed === undefined || entry.state !== undefined) return entry.state
    const { codec } = this.#stage
    // What one record works with need not outlive its step: memory that is used again is none to be collected.
    if (!this.cache.isShared(entry)) return (codec.brief ?? codec).decode(packed)
    entry.state = codec.decode(packed)
    return entry.state
  }

  put(index: number, state: S | null): void {
    const entry = this.#used[index]
    if (entry !== undefined) this.cache.change(entry, state ?? undefined)
  }

  endRound(): void {
    this.cache.endRound(this.#used)
    this.#used = []
  }

  takeChanged(): StageWrite['states'] {
    return this.cache.takeChanged()
  }
}
