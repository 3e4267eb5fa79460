import type { CacheUse } from '../stage/states/state-cache.ts'
import { STATE_CACHE_METRICS } from './catalogue/stages.ts'
import { type Registered, registerMetrics, startAtZero } from './register-metrics.ts'
import type { MetricsRegistry } from './registry.ts'

/** Metrics of the states that stages keep in memory. */
export class StateCacheMetrics {
  readonly #metrics: Registered<typeof STATE_CACHE_METRICS>

  constructor(registry: MetricsRegistry) {
    this.#metrics = registerMetrics(registry, STATE_CACHE_METRICS)
  }

  /** How the use of the states of a stage is told. */
  observerOf(stage: string): (use: CacheUse) => void {
    startAtZero(this.#metrics, STATE_CACHE_METRICS, { stage: [stage] })
    return use => this.#tell(stage, use)
  }

  #tell(stage: string, { states, bytes, hits, misses, evictions }: CacheUse): void {
    const metrics = this.#metrics
    metrics.states.set({ stage }, states)
    metrics.bytes.set({ stage }, bytes)
    metrics.hits.inc({ stage }, hits)
    metrics.misses.inc({ stage }, misses)
    metrics.evictions.inc({ stage }, evictions)
  }
}
