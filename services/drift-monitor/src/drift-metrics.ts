import { type DriftVerdict, type Pipeline, type StageOutput, topics } from '@millrace/core'
import type { MetricsRegistry } from '@millrace/platform'
import { Counter, Gauge } from 'prom-client'

/** Shows the latest verdict, and counts verdicts and retraining requests. */
export class DriftMetrics {
  readonly #driftTopic: string
  readonly #retrainingTopic: string
  readonly #score: Gauge
  readonly #alarm: Gauge
  readonly #records: Gauge
  readonly #verdicts: Counter
  readonly #requests: Counter

  constructor(registry: MetricsRegistry, pipeline: Pipeline) {
    const registers = [registry]
    this.#driftTopic = topics.driftTopic(pipeline)
    this.#retrainingTopic = topics.retrainingTopic(pipeline)
    const labelNames = ['model', 'feature', 'method']
    this.#score = new Gauge({
      name: 'drift_score',
      help: 'Distance of the latest judged window from the reference.',
      labelNames,
      registers,
    })
    this.#alarm = new Gauge({
      name: 'drift_alarm',
      help: '1 while a drift episode is open.',
      labelNames: ['model'],
      registers,
    })
    this.#records = new Gauge({
      name: 'drift_window_records',
      help: 'Events in the latest judged window.',
      labelNames: ['model'],
      registers,
    })
    this.#verdicts = new Counter({
      name: 'drift_verdicts_total',
      help: 'Windows judged, by level.',
      labelNames: ['model', 'level'],
      registers,
    })
    this.#requests = new Counter({
      name: 'retrain_requests_total',
      help: 'Retraining requests published.',
      labelNames: ['model'],
      registers,
    })
    this.#alarm.set({ model: pipeline.model.name }, 0)
    this.#requests.inc({ model: pipeline.model.name }, 0)
  }

  count(outputs: readonly StageOutput[]): void {
    for (const { topic, value, key } of outputs) {
      if (topic === this.#driftTopic) this.#show(value as DriftVerdict)
      if (topic === this.#retrainingTopic) this.#requests.inc({ model: String(key) })
    }
  }

  #show({ model: { name: model }, events, level, features, episode }: DriftVerdict): void {
    this.#verdicts.inc({ model, level: level ?? 'none' })
    this.#records.set({ model }, events)
    this.#alarm.set({ model }, episode === null ? 0 : 1)
    for (const [feature, { psi }] of Object.entries(features)) {
      if (psi !== null) this.#score.set({ model, feature, method: 'psi' }, psi)
    }
  }
}
