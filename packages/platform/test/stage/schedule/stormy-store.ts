import {
  MillraceError,
  type StageWrite,
  type StatePut,
  type StatePutAnswer,
  type StateStore,
  type StoredCheckpoint,
  type WritePair,
} from '@millrace/core'
import type { Turns } from './turns.ts'
import type { Weather } from './weather.ts'

export interface StormyStoreOptions {
  readonly store: StateStore
  readonly turns: Turns
  readonly weather: Weather
  /** Runs something at a later time, whatever became of this process. */
  readonly later: (work: () => Promise<unknown>) => void
}

/**
 * A store behind a connection: a turn passes before each request arrives and before its reply does. In a storm a reply
 * is lost, and the client sends the request again or gives up, and a request arrives when its client has given up.
 */
export class StormyStore implements StateStore {
  readonly #options: StormyStoreOptions

  constructor(options: StormyStoreOptions) {
    this.#options = options
  }

  load(partition: number): Promise<StoredCheckpoint> {
    return this.#ask(store => store.load(partition))
  }

  read(
    partition: number,
    pair: WritePair,
    keys: readonly string[],
  ): Promise<readonly (Uint8Array | undefined)[] | 'refused'> {
    return this.#ask(store => store.read(partition, pair, keys))
  }

  putIfAbsent(partition: number, put: StatePut): Promise<StatePutAnswer | 'refused'> {
    return this.#change(store => store.putIfAbsent(partition, put))
  }

  write(partition: number, write: StageWrite): Promise<WritePair | 'refused'> {
    // Its states are good until the next round, and this may be carried out later.
    const states = Array.from(write.states, ([key, state]) => [key, state?.slice() ?? null] as const)
    return this.#change(store => store.write(partition, { ...write, states }))
  }

  pairs(partitions: readonly number[]): Promise<readonly WritePair[]> {
    return this.#ask(store => store.pairs(partitions))
  }

  watermarks(stage: string, partitions: number): Promise<readonly number[]> {
    return this.#ask(store => store.watermarks(stage, partitions))
  }

  async #change<T>(request: (store: StateStore) => Promise<T>): Promise<T> {
    const { weather, later, store } = this.#options
    if (weather.strikes(0.02)) {
      later(() => request(store))
      throw unavailable()
    }
    const reply = await this.#ask(request)
    return weather.strikes(0.05) ? this.#ask(request) : reply
  }

  async #ask<T>(request: (store: StateStore) => Promise<T>): Promise<T> {
    const { store, turns, weather } = this.#options
    await turns.next()
    const reply = await request(store)
    await turns.next()
    if (weather.strikes(0.01)) throw unavailable()
    return reply
  }
}

function unavailable(): MillraceError {
  return new MillraceError('STORE_UNAVAILABLE', 'The reply is lost.')
}
