import type { ShadowScore } from '@millrace/core'
import type { MetricsRegistry } from '@millrace/platform'
import { Counter, Gauge, Histogram } from 'prom-client'
import type { VectorScore } from './decide/score-vectors.ts'

const SCORES = Array.from({ length: 20 }, (_, i) => (i + 1) / 20)
const DIFFERENCES = [0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1]

/** Metrics of decisions: their scores, those of the shadow beside them, and what was decided in another way. */
export class ScorerMetrics {
  readonly #score: Histogram
  readonly #difference: Histogram
  readonly #disagreements: Counter
  readonly #fallbacks: Counter
  readonly #lost: Counter
  readonly #storeOpen: Gauge

  readonly #registry: MetricsRegistry

  constructor(registry: MetricsRegistry) {
    this.#registry = registry
    const registers = [registry]
    this.#score = new Histogram({
      name: 'prediction_score',
      help: 'Scores that were decided by.',
      labelNames: ['model', 'version'],
      buckets: SCORES,
      registers,
    })
    this.#difference = new Histogram({
      name: 'shadow_score_abs_diff',
      help: 'How far the shadow is from the score that was decided by.',
      labelNames: ['champion', 'challenger'],
      buckets: DIFFERENCES,
      registers,
    })
    this.#disagreements = new Counter({
      name: 'shadow_disagreements_total',
      help: 'Events that the shadow would have decided otherwise.',
      labelNames: ['champion', 'challenger'],
      registers,
    })
    this.#fallbacks = new Counter({
      name: 'decision_fallbacks_total',
      help: 'Requested decisions that were made in another way than they should be.',
      labelNames: ['reason', 'action'],
      registers,
    })
    this.#lost = new Counter({
      name: 'prediction_log_lost_total',
      help: 'Requested decisions that could not be published.',
      registers,
    })
    this.#storeOpen = new Gauge({
      name: 'feature_store_circuit_open',
      help: '1 while Redis is left alone, since it did not answer.',
      registers,
    })
    this.#storeOpen.set(0)
  }

  /** Counts a score of the stream or of a request. */
  scored({ score, by, shadow }: VectorScore, decision: string): void {
    const { name: model, version } = by.identity
    this.#score.observe({ model, version }, score)
    if (shadow !== undefined) this.#compare(version, score, decision, shadow)
  }

  fallback(reason: string, action: string): void {
    this.#fallbacks.inc({ reason, action })
  }

  lost(predictions: number): void {
    this.#lost.inc(predictions)
  }

  storeLeftAlone(isOpen: boolean): void {
    this.#storeOpen.set(isOpen ? 1 : 0)
  }

  /** From now on tells whether the model registry answers. */
  showRegistry(models: { readonly isRegistryReachable: boolean }): void {
    const gauge: Gauge = new Gauge({
      name: 'model_registry_reachable',
      help: '1 while the model registry answers.',
      registers: [this.#registry],
      collect: () => gauge.set(models.isRegistryReachable ? 1 : 0),
    })
  }

  #compare(champion: string, score: number, decision: string, shadow: ShadowScore): void {
    const labels = { champion, challenger: shadow.model.version }
    this.#difference.observe(labels, Math.abs(shadow.score - score))
    if (shadow.decision !== decision) this.#disagreements.inc(labels)
  }
}
