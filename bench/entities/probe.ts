import type { StateStore } from '@millrace/core'
import type { RedisClient } from '@millrace/platform'
import { overrideStore } from '@millrace/testkit'
import { redisCpuSeconds } from './entity-states.ts'

/** What a run came to. */
export interface Figures {
  /** CPU of the process for each event (µs). */
  readonly cpuUs: number
  /** CPU of Redis for each event (µs). */
  readonly redisCpuUs: number
  /** Share of the events whose state was in memory. */
  readonly hitRate: number
  /** Highest resident memory (bytes). */
  readonly memory: number
}

interface Sample {
  readonly handled: number
  readonly read: number
  /** CPU of the process, and of Redis (µs). */
  readonly cpu: number
  readonly redisCpu: number
}

/** Counts what a stage handles and reads, and compares two moments. */
export class Probe {
  handled = 0
  readonly store: StateStore
  readonly #redis: RedisClient
  #read = 0

  constructor(redis: RedisClient, store: StateStore) {
    this.#redis = redis
    this.store = overrideStore(store, {
      read: (partition, pair, keys) => {
        this.#read += keys.length
        return store.read(partition, pair, keys)
      },
    })
  }

  async sample(): Promise<Sample> {
    const { user, system } = process.cpuUsage()
    const redisCpu = (await redisCpuSeconds(this.#redis)) * 1e6
    return { handled: this.handled, read: this.#read, cpu: user + system, redisCpu }
  }
}

export function figuresBetween(from: Sample, to: Sample): Figures {
  const events = to.handled - from.handled
  return {
    cpuUs: (to.cpu - from.cpu) / events,
    redisCpuUs: (to.redisCpu - from.redisCpu) / events,
    hitRate: 1 - (to.read - from.read) / events,
    memory: process.resourceUsage().maxRSS * 1_024,
  }
}
