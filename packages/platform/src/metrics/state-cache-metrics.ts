import { Counter, Gauge } from 'prom-client'
import type { CacheUse } from '../stage/state-cache.ts'
import type { MetricsRegistry } from './registry.ts'

/** Metrics of the states that stages keep in memory. */
export class StateCacheMetrics {
  readonly #states: Gauge
  readonly #bytes: Gauge
  readonly #hits: Counter
  readonly #misses: Counter
  readonly #evictions: Counter

  constructor(registers: MetricsRegistry[]) {
    const labelNames = ['stage']
    this.#states = new Gauge({
      name: 'stage_cache_states',
      help: 'States in memory.',
      labelNames,
      registers,
    })
    this.#bytes = new Gauge({
      name: 'stage_cache_bytes',
      help: 'Memory that they take, estimated.',
      labelNames,
      registers,
    })
    this.#hits = new Counter({
      name: 'stage_cache_hits_total',
      help: 'Records whose state was in memory.',
      labelNames,
      registers,
    })
    this.#misses = new Counter({
      name: 'stage_cache_misses_total',
      help: 'States that were asked for in Redis.',
      labelNames,
      registers,
    })
    this.#evictions = new Counter({
      name: 'stage_cache_evictions_total',
      help: 'States that memory let go of to stay within its bound.',
      labelNames,
      registers,
    })
  }

  tell(stage: string, { states, bytes, hits, misses, evictions }: CacheUse): void {
    this.#states.set({ stage }, states)
    this.#bytes.set({ stage }, bytes)
    this.#hits.inc({ stage }, hits)
    this.#misses.inc({ stage }, misses)
    this.#evictions.inc({ stage }, evictions)
  }
}
