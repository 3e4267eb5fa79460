import { fateOf } from '@millrace/core'
import { WakeUp } from '../../lifecycle/wake-up.ts'
import { BrokerLoop } from './broker-loop.ts'
import { asBrokerError } from './fetch-errors.ts'
import type { FetchCluster, FetchSource } from './fetch-source.ts'

export interface FetcherOptions {
  readonly cluster: FetchCluster
  readonly source: FetchSource
  /** How long records may gather once all that is wanted was read to its end (ms). Default 0. */
  readonly lingerMs?: number
  /**
   * How long after an answer with records of only some partitions the others are asked for once more (ms), before all is
   * handed over. Default 0: not at all.
   */
  readonly gatherMs?: number
  /** How long to rest after an answer without a record (ms), besides what the broker has waited. Default 0. */
  readonly idleMs?: number
}

/** How often leaders are asked for while a partition has none (ms). */
const LEADERLESS_MS = 500

/**
 * Reads partitions from the brokers that lead them, each broker by itself. It keeps nothing: before each request the
 * source says what it wants. Lost connections and leaders that move are waited for, for ever.
 */
export class Fetcher {
  readonly #options: FetcherOptions
  readonly #loops = new Map<number, BrokerLoop>()
  /** Ends the pause of a search at the stop. */
  readonly #stop = new WakeUp()
  #stopping = false
  #search: Promise<void> | undefined

  constructor(options: FetcherOptions) {
    this.#options = options
  }

  /** What is wanted may have changed. Until the first call nothing is read. */
  wake(): void {
    if (this.#stopping) return
    const { cluster, source } = this.#options
    const leaders = new Set(
      source.wanted().positions.map(({ topic, partition }) => cluster.leaderOf(topic, partition)),
    )
    for (const leader of leaders) {
      if (leader === undefined) this.#search ??= this.#findLeaders()
      else this.#loopOf(leader).wake()
    }
  }

  /** Resolves when the requests under way have ended; the source is told nothing after that. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#stop.signal()
    const loops = [...this.#loops.values()]
    for (const loop of loops) loop.stop()
    await Promise.allSettled([this.#search, ...loops.map(loop => loop.done)])
  }

  #loopOf(nodeId: number): BrokerLoop {
    const running = this.#loops.get(nodeId)
    if (running !== undefined) return running
    const { cluster, source, lingerMs = 0, gatherMs = 0, idleMs = 0 } = this.#options
    const refresh = (): Promise<void> => this.#refresh()
    const loop = new BrokerLoop({ nodeId, cluster, source, lingerMs, gatherMs, idleMs, refresh })
    loop.done.catch(error => source.fail(error))
    this.#loops.set(nodeId, loop)
    return loop
  }

  async #findLeaders(): Promise<void> {
    await this.#refresh().catch(error => this.#options.source.fail(error))
    if (!this.#stopping) await this.#stop.wait(LEADERLESS_MS)
    this.#search = undefined
    this.wake()
  }

  async #refresh(): Promise<void> {
    const { cluster, source } = this.#options
    try {
      await cluster.refresh().catch(asBrokerError)
    } catch (error) {
      if (fateOf(error) !== 'retry') throw error
    }
    if (!this.#stopping) await source.interrupted?.()
    this.wake()
  }
}
