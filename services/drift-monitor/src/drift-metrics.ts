import { type DriftVerdict, type Pipeline, type StageOutput, topics } from '@millrace/core'
import type { MetricsRegistry } from '@millrace/platform'
import { DRIFT_METRICS, type Registered, registerMetrics, startAtZero } from '@millrace/platform/metrics'

/** Shows the latest verdict, and counts verdicts and retraining requests. */
export class DriftMetrics {
  readonly #driftTopic: string
  readonly #retrainingTopic: string
  readonly #metrics: Registered<typeof DRIFT_METRICS>

  constructor(registry: MetricsRegistry, pipeline: Pipeline) {
    this.#driftTopic = topics.driftTopic(pipeline)
    this.#retrainingTopic = topics.retrainingTopic(pipeline)
    this.#metrics = registerMetrics(registry, DRIFT_METRICS)
    const model = pipeline.model.name
    startAtZero(this.#metrics, DRIFT_METRICS, { model: [model] })
    this.#metrics.alarm.set({ model }, 0)
    this.#metrics.window.set({ model }, pipeline.monitor.window / 1_000)
  }

  /** Answers what shows and counts outputs, once they are published. */
  whenPublished(outputs: readonly StageOutput[]): () => void {
    return () => {
      for (const { topic, value, key } of outputs) {
        if (topic === this.#driftTopic) this.#show(value as DriftVerdict)
        if (topic === this.#retrainingTopic) this.#metrics.requests.inc({ model: String(key) })
      }
    }
  }

  #show({ model: { name: model }, window, events, level, features, episode }: DriftVerdict): void {
    const metrics = this.#metrics
    metrics.verdicts.inc({ model, level: level ?? 'none' })
    metrics.records.set({ model }, events)
    metrics.windowEnd.set({ model }, window.end / 1_000)
    metrics.alarm.set({ model }, episode === null ? 0 : 1)
    for (const [feature, { psi }] of Object.entries(features)) {
      if (psi !== null) metrics.score.set({ model, feature, method: 'psi' }, psi)
    }
  }
}
