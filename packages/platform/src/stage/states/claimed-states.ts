import type { Stage, StateStore, TakenRecord, WritePair } from '@millrace/core'
import type { TaskStates } from './task-states.ts'

/** A stage whose states are claims on their keys. */
export type ClaimingStage<V, S> = Stage<V, S> & Required<Pick<Stage<V, S>, 'claimOf'>>

export function isClaiming<V, S>(stage: Stage<V, S>): stage is ClaimingStage<V, S> {
  return stage.claimOf !== undefined
}

/** What a record of the round asks of its key. */
interface Asked {
  readonly key: string
  /** What it claims the key with, encoded, if nobody holds it; null when it only looks. */
  readonly claim: Uint8Array | null
}

/**
 * Claims that records make on keys. Hardly any is looked at again, so none is kept in memory, and each is stored as its
 * key is looked at, in the same request. A claim that replaces another is written with the checkpoint instead: whoever
 * handles the records again must find what was found the first time.
 */
export class ClaimedStates<V, S> implements TaskStates<V, S> {
  readonly cache = undefined
  readonly #stage: ClaimingStage<V, S>
  readonly #store: StateStore
  readonly #partition: number
  readonly #newId: () => string
  /** Of the round at work, by record: undefined for one without a key. */
  #asked: readonly (Asked | undefined)[] = []
  /** Of the round at work, by record: the claim on its key that was there before it. */
  #held: ReadonlyMap<number, Uint8Array> = NONE
  /** By key, what is not stored yet. */
  readonly #changed = new Map<string, S | null>()

  /** @param newId makes the random id of a put */
  constructor(stage: ClaimingStage<V, S>, store: StateStore, partition: number, newId: () => string) {
    this.#stage = stage
    this.#store = store
    this.#partition = partition
    this.#newId = newId
  }

  async fetch(records: readonly TakenRecord<V>[], pair: WritePair): Promise<WritePair | 'refused'> {
    this.#asked = records.map(record => this.#ask(record))
    const asked = this.#asked.filter(one => one !== undefined)
    if (asked.length === 0) return pair
    const keys = asked.map(({ key }) => key)
    const values = asked.map(({ claim }) => claim)
    const put = { follows: pair, id: this.#newId(), keys, values }
    const answer = await this.#store.putIfAbsent(this.#partition, put)
    if (answer === 'refused') return 'refused'
    this.#held = asked.length === records.length ? answer.held : this.#byRecord(answer.held)
    return answer.pair
  }

  get(index: number): S | undefined {
    const asked = this.#asked[index]
    if (asked === undefined) return undefined
    if (this.#isChanged(asked.key)) return this.#changed.get(asked.key) ?? undefined
    const held = this.#held.get(index)
    return held && this.#stage.codec.decode(held)
  }

  put(index: number, state: S | null): void {
    const asked = this.#asked[index]
    if (asked === undefined) return
    const isStored = asked.claim !== null && !this.#held.has(index)
    if (!isStored || this.#isChanged(asked.key)) this.#changed.set(asked.key, state)
  }

  endRound(): void {
    this.#asked = []
    this.#held = NONE
  }

  takeChanged(): ReadonlyMap<string, Uint8Array | null> {
    const { codec } = this.#stage
    const changed = new Map<string, Uint8Array | null>()
    for (const [key, state] of this.#changed) changed.set(key, state === null ? null : codec.encode(state))
    this.#changed.clear()
    return changed
  }

  #ask(record: TakenRecord<V>): Asked | undefined {
    const { keyOf, claimOf, codec } = this.#stage
    const key = keyOf(record)
    if (key === undefined) return undefined
    const claim = claimOf(record)
    return { key, claim: claim === undefined ? null : codec.encode(claim) }
  }

  /** Hardly ever, so most ids are not even looked for: a `Map` makes a lasting text of each that it is asked for. */
  #isChanged(key: string): boolean {
    return this.#changed.size > 0 && this.#changed.has(key)
  }

  /** From the places among those with a key to the places among all records. */
  #byRecord(held: ReadonlyMap<number, Uint8Array>): ReadonlyMap<number, Uint8Array> {
    if (held.size === 0) return held
    const places = this.#asked.flatMap((asked, i) => (asked === undefined ? [] : [i]))
    return new Map([...held].map(([at, claim]) => [places[at]!, claim]))
  }
}

const NONE: ReadonlyMap<number, Uint8Array> = new Map()
