import { MillraceError, partitionOf } from '@millrace/core'
import type { Redis } from 'ioredis'
import type { StateReader, StateRequest } from '../online/online-features.ts'
import { partitionsKey, stateKey } from './keys.ts'

/** What the reader asks of its connection. */
export type StateConnection = Pick<Redis, 'hgetall' | 'getBuffer'>

/**
 * Reads the states that the builder stages of a namespace wrote, each from the partition of its entity. Every method
 * fails with STORE_UNAVAILABLE when Redis does not answer, or while a stage has not recorded its partition count.
 */
export class RedisStateReader implements StateReader {
  readonly #redis: StateConnection
  readonly #namespace: string
  #partitions: ReadonlyMap<string, number> = new Map()
  #reading: Promise<void> | undefined

  /** @param redis best from `connectOnlineRedis`: it never waits long and joins commands into one round trip */
  constructor(redis: StateConnection, namespace: string) {
    this.#redis = redis
    this.#namespace = namespace
  }

  async read(requests: readonly StateRequest[]): Promise<readonly (Uint8Array | undefined)[]> {
    try {
      if (requests.some(({ view }) => !this.#partitions.has(view))) await this.#readPartitions()
      const states = await Promise.all(requests.map(request => this.#redis.getBuffer(this.#keyOf(request))))
      return states.map(state => state ?? undefined)
    } catch (cause) {
      if (cause instanceof MillraceError) throw cause
      throw new MillraceError('STORE_UNAVAILABLE', 'Redis does not answer.', { cause })
    }
  }

  #keyOf({ view, entity }: StateRequest): string {
    const partitions = this.#partitions.get(view)
    if (partitions === undefined) {
      throw new MillraceError(
        'STORE_UNAVAILABLE',
        `The feature view "${view}" has no states yet: start its feature builder.`,
        { details: { view } },
      )
    }
    return stateKey(this.#namespace, view, partitionOf(entity, partitions), entity)
  }

  /** The partition count of a stage never changes, so it is read once; concurrent callers share one reading. */
  #readPartitions(): Promise<void> {
    this.#reading ??= this.#redis
      .hgetall(partitionsKey(this.#namespace))
      .then(counts => {
        this.#partitions = new Map(Object.entries(counts).map(([stage, count]) => [stage, Number(count)]))
      })
      .finally(() => {
        this.#reading = undefined
      })
    return this.#reading
  }
}
