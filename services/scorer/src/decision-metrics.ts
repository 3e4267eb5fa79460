import type { Prediction, ShadowScore, StageOutput } from '@millrace/core'
import {
  DECISION_METRICS,
  type MetricsRegistry,
  onCollect,
  type Registered,
  registerMetrics,
  type Tally,
} from '@millrace/platform/metrics'
import type { RequestDecision } from './decide/request-decision.ts'

/** What is counted of one version's decisions of the stream. */
interface VersionTally {
  readonly score: Tally
  /** By decision, since they were added to the metric. */
  readonly decisions: Map<string, number>
}

/** Metrics of decisions: their scores, those of the shadow beside them, and what was decided in another way. */
export class DecisionMetrics {
  readonly #metrics: Registered<typeof DECISION_METRICS>
  readonly #topic: string
  readonly #model: string
  readonly #versions = new Map<string, VersionTally>()

  /** @param topic where predictions of the stream are published */
  constructor(
    registry: MetricsRegistry,
    { topic, model }: { readonly topic: string; readonly model: string },
  ) {
    this.#metrics = registerMetrics(registry, DECISION_METRICS)
    this.#topic = topic
    this.#model = model
    this.#metrics.storeOpen.set(0)
  }

  /** Counts the decisions of the stream among what was published. */
  published(outputs: readonly StageOutput[]): void {
    for (const { topic, value } of outputs) if (topic === this.#topic) this.#streamed(value as Prediction)
    for (const [version, { decisions }] of this.#versions) {
      for (const [decision, count] of decisions)
        this.#metrics.predictions.inc({ model: this.#model, version, decision, via: 'stream' }, count)
      decisions.clear()
    }
  }

  /** Counts a decision that was asked for. */
  requested({ decision, model, fallback }: RequestDecision): void {
    const version = model?.version ?? 'none'
    this.#metrics.predictions.inc({ model: this.#model, version, decision, via: 'request' })
    if (fallback !== undefined)
      this.#metrics.fallbacks.inc({ reason: fallback.reason, action: fallback.action })
  }

  lost(predictions: number): void {
    this.#metrics.lost.inc(predictions)
  }

  storeLeftAlone(isOpen: boolean): void {
    this.#metrics.storeOpen.set(isOpen ? 1 : 0)
  }

  /** From now on tells whether the model registry answers. */
  showRegistry(models: { readonly isRegistryReachable: boolean }): void {
    const { registry } = this.#metrics
    onCollect(registry, () => registry.set(models.isRegistryReachable ? 1 : 0))
  }

  #streamed({ score, decision, model: { version }, shadow }: Prediction): void {
    const { score: tally, decisions } = this.#tallyOf(version)
    decisions.set(decision, (decisions.get(decision) ?? 0) + 1)
    if (!Number.isFinite(score)) return
    tally.observe(score)
    if (shadow !== undefined) this.#compare(version, score, decision, shadow)
  }

  #tallyOf(version: string): VersionTally {
    const known = this.#versions.get(version)
    if (known !== undefined) return known
    const score = this.#metrics.score.of({ model: this.#model, version })
    const tally = { score, decisions: new Map<string, number>() }
    this.#versions.set(version, tally)
    return tally
  }

  #compare(champion: string, score: number, decision: string, shadow: ShadowScore): void {
    const labels = { champion, challenger: shadow.model.version }
    this.#metrics.difference.of(labels).observe(Math.abs(shadow.score - score))
    if (shadow.decision !== decision) this.#metrics.disagreements.inc(labels)
  }
}
