import type { Prediction, StageOutput } from '@millrace/core'
import {
  DECISION_METRICS,
  type MetricsRegistry,
  onCollect,
  type Registered,
  registerMetrics,
  type Tally,
} from '@millrace/platform/metrics'
import type { RequestDecision } from './decide/request-decision.ts'

/** What is to be counted of one version's decisions of the stream. */
interface Streamed {
  readonly scores: number[]
  readonly decisions: Map<string, number>
  readonly shadows: Shadowed[]
}

/** How far a version in the shadow is away from the one that decided. */
interface Shadowed {
  readonly challenger: string
  readonly difference: number
  readonly disagrees: boolean
}

/** Metrics of decisions: their scores, those of the shadow beside them, and what was decided in another way. */
export class DecisionMetrics {
  readonly #metrics: Registered<typeof DECISION_METRICS>
  readonly #topic: string
  readonly #model: string
  /** By version. */
  readonly #scores = new Map<string, Tally>()

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

  /** Answers what counts the decisions of the stream among outputs, once they are published. */
  whenPublished(outputs: readonly StageOutput[]): () => void {
    const byVersion = new Map<string, Streamed>()
    for (const { topic, value } of outputs)
      if (topic === this.#topic) noteStreamed(byVersion, value as Prediction)
    return () => {
      for (const [version, streamed] of byVersion) this.#countStreamed(version, streamed)
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

  #countStreamed(version: string, { scores, decisions, shadows }: Streamed): void {
    const { predictions, difference, disagreements } = this.#metrics
    for (const [decision, count] of decisions)
      predictions.inc({ model: this.#model, version, decision, via: 'stream' }, count)
    const tally = this.#scoresOf(version)
    for (const score of scores) tally.observe(score)
    for (const { challenger, difference: away, disagrees } of shadows) {
      const labels = { champion: version, challenger }
      difference.of(labels).observe(away)
      if (disagrees) disagreements.inc(labels)
    }
  }

  #scoresOf(version: string): Tally {
    const known = this.#scores.get(version)
    if (known !== undefined) return known
    const tally = this.#metrics.score.of({ model: this.#model, version })
    this.#scores.set(version, tally)
    return tally
  }
}

function noteStreamed(byVersion: Map<string, Streamed>, prediction: Prediction): void {
  const { score, decision, model, shadow } = prediction
  const streamed = streamedBy(byVersion, model.version)
  streamed.decisions.set(decision, (streamed.decisions.get(decision) ?? 0) + 1)
  if (!Number.isFinite(score)) return
  streamed.scores.push(score)
  if (shadow !== undefined)
    streamed.shadows.push({
      challenger: shadow.model.version,
      difference: Math.abs(shadow.score - score),
      disagrees: shadow.decision !== decision,
    })
}

function streamedBy(byVersion: Map<string, Streamed>, version: string): Streamed {
  const known = byVersion.get(version)
  if (known !== undefined) return known
  const streamed: Streamed = { scores: [], decisions: new Map(), shadows: [] }
  byVersion.set(version, streamed)
  return streamed
}
