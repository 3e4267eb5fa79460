import type { FeatureView, Pipeline } from '@millrace/core'
import type { HandledFacts, MetricsRegistry } from '@millrace/platform'
import { FEATURE_METRICS, type Registered, registerMetrics } from '@millrace/platform/metrics'

/** Tells how fresh each feature view is, and how fresh it is to be. */
export class FeatureMetrics {
  readonly #metrics: Registered<typeof FEATURE_METRICS>
  /** By view, the latest event time (epoch ms). */
  readonly #newest = new Map<string, number>()

  constructor(registry: MetricsRegistry, { views }: Pipeline) {
    this.#metrics = registerMetrics(registry, FEATURE_METRICS)
    for (const { name: feature_set, freshness } of views)
      this.#metrics.objective.set({ feature_set }, freshness / 1_000)
  }

  handled({ name: feature_set }: FeatureView, { newestEventTime }: HandledFacts): void {
    if (newestEventTime <= (this.#newest.get(feature_set) ?? Number.NEGATIVE_INFINITY)) return
    this.#newest.set(feature_set, newestEventTime)
    this.#metrics.newest.set({ feature_set }, newestEventTime / 1_000)
  }
}
