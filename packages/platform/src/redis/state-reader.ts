import { MillraceError, partitionOf } from '@millrace/core'
import type { StateReader, StateRequest } from '../online/state-reader.ts'
import { partitionsKey, stateKeyPrefix } from './keys.ts'

/** What the reader asks of its connection. */
export interface StateConnection {
  readonly isCluster: boolean
  hgetall(key: string): Promise<Readonly<Record<string, string>>>
  mgetBuffer(keys: string[]): Promise<readonly (Buffer | null)[]>
}

/**
 * Reads the states that the builder stages of a namespace wrote, each from the partition of its entity. Every method
 * fails with STORE_UNAVAILABLE when Redis does not answer, or while a stage has not recorded its partition count.
 */
export class RedisStateReader implements StateReader {
  readonly #redis: StateConnection
  readonly #namespace: string
  /** By view, what the keys of each of its partitions begin with. */
  #prefixes: ReadonlyMap<string, readonly string[]> = new Map()
  #reading: Promise<void> | undefined

  /** @param redis best from `connectOnlineRedis`, which never waits long */
  constructor(redis: StateConnection, namespace: string) {
    this.#redis = redis
    this.#namespace = namespace
  }

  async read(requests: readonly StateRequest[]): Promise<readonly (Uint8Array | undefined)[]> {
    try {
      if (requests.some(({ view }) => !this.#prefixes.has(view))) await this.#readPartitions()
      const states = new Array<Uint8Array | undefined>(requests.length)
      await Promise.all(this.#groupsOf(requests).map(group => this.#fetch(group, states)))
      return states
    } catch (cause) {
      if (cause instanceof MillraceError) throw cause
      throw new MillraceError('STORE_UNAVAILABLE', 'Redis does not answer.', { cause })
    }
  }

  /** One command reads any keys of one Redis; in a cluster those of a stage partition, which share a hash tag. */
  #groupsOf(requests: readonly StateRequest[]): readonly KeyGroup[] {
    const { isCluster } = this.#redis
    const groups = new Map<string, KeyGroup>()
    for (let place = 0; place < requests.length; place++) {
      const { view, entity } = requests[place]!
      const prefixes = this.#prefixesOf(view)
      const prefix = prefixes[partitionOf(entity, prefixes.length)]!
      const name = isCluster ? prefix : ''
      const group = groups.get(name) ?? { keys: [], places: [] }
      if (group.keys.length === 0) groups.set(name, group)
      group.keys.push(prefix + entity)
      group.places.push(place)
    }
    return [...groups.values()]
  }

  async #fetch({ keys, places }: KeyGroup, states: (Uint8Array | undefined)[]): Promise<void> {
    const values = await this.#redis.mgetBuffer(keys)
    for (let i = 0; i < places.length; i++) states[places[i]!] = values[i] ?? undefined
  }

  #prefixesOf(view: string): readonly string[] {
    const prefixes = this.#prefixes.get(view)
    if (prefixes !== undefined) return prefixes
    throw new MillraceError(
      'STORE_UNAVAILABLE',
      `The feature view "${view}" has no states yet: start its feature builder.`,
      { details: { view } },
    )
  }

  /** The partition count of a stage never changes, so it is read once; concurrent callers share one reading. */
  #readPartitions(): Promise<void> {
    this.#reading ??= this.#redis
      .hgetall(partitionsKey(this.#namespace))
      .then(counts => {
        this.#prefixes = new Map(
          Object.entries(counts).map(([stage, count]) => [stage, this.#prefixesIn(stage, Number(count))]),
        )
      })
      .finally(() => {
        this.#reading = undefined
      })
    return this.#reading
  }

  #prefixesIn(stage: string, partitions: number): readonly string[] {
    return Array.from({ length: partitions }, (_, partition) =>
      stateKeyPrefix(this.#namespace, stage, partition),
    )
  }
}

/** Keys that one command reads, and the places of their states in the answer. */
interface KeyGroup {
  readonly keys: string[]
  readonly places: number[]
}
