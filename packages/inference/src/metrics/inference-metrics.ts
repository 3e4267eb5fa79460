import {
  INFERENCE_METRICS,
  type MetricsRegistry,
  onCollect,
  type Registered,
  registerMetrics,
  startAtZero,
  type Tally,
} from '@millrace/platform/metrics'
import type { BatchFacts } from '../batching/statistics.ts'
import type { AnswerFacts } from '../served/answer-facts.ts'
import type { HostEvent, HostedModel } from '../served/model-host.ts'

type Host = Pick<HostedModel, 'name' | 'roleOf' | 'versions' | 'version'>

/** Metrics of models at work: their requests and batches, and which version has which role. */
export class InferenceMetrics {
  readonly #metrics: Registered<typeof INFERENCE_METRICS>
  readonly #requests = new Map<string, Tally>()
  readonly #hosts = new Map<string, Host>()
  /** The labels of each model that stand in `model_info`. */
  readonly #shown = new Map<string, readonly Record<'model' | 'version' | 'digest' | 'alias', string>[]>()

  constructor(registry: MetricsRegistry) {
    this.#metrics = registerMetrics(registry, INFERENCE_METRICS)
    onCollect(this.#metrics.inflight, () => this.#showRows())
  }

  /** Counts a request to a model, of any protocol. */
  answered({ model = 'unknown', version = 'unknown', protocol, outcome, took }: AnswerFacts): void {
    if (outcome === 'SCORER_OVERLOADED') this.#metrics.shed.inc({ model })
    const key = `${model}/${version}/${protocol}/${outcome}`
    let tally = this.#requests.get(key)
    if (tally === undefined) {
      tally = this.#metrics.requests.of({ model, version, protocol, outcome })
      this.#requests.set(key, tally)
    }
    tally.observe(took / 1_000)
  }

  /** How long a step of requests takes beside the model (s). */
  stepOf(model: string, stage: 'fetch' | 'publish'): Tally {
    return this.#metrics.stages.of({ model, stage })
  }

  /** Counts the batches of a model. */
  batchesOf(model: string): (facts: BatchFacts) => void {
    const metrics = this.#metrics
    startAtZero(metrics, INFERENCE_METRICS, { model: [model] })
    const [size, wait] = [metrics.size.of({ model }), metrics.wait.of({ model })]
    const [queue, run] = (['queue', 'run'] as const).map(stage => metrics.stages.of({ model, stage }))
    return ({ rows, waited, took, reason }) => {
      size.observe(rows)
      wait.observe(waited / 1_000)
      queue!.observe(waited / 1_000)
      run!.observe(took / 1_000)
      metrics.batches.inc({ model, reason })
    }
  }

  /** Tells what happened to the versions of a model, and which has which role now. */
  changed(host: Host, roles: readonly string[], event: HostEvent): void {
    const { kind } = event
    const model = host.name
    this.#hosts.set(model, host)
    if (kind === 'serving') this.#metrics.roles.inc({ model, alias: event.role })
    else if (kind !== 'released') this.#metrics.reloads.inc({ model, outcome: kind })
    if (kind === 'loaded') this.#metrics.loaded.set({ model }, Date.now() / 1_000)
    this.#showRoles(host, roles)
  }

  #showRows(): void {
    for (const [model, host] of this.#hosts) {
      const rows = host.versions.map(version => host.version(version).model.inFlight)
      const all = rows.reduce((sum, own) => sum + own, 0)
      this.#metrics.inflight.set({ model }, all)
    }
  }

  #showRoles(host: Host, roles: readonly string[]): void {
    for (const labels of this.#shown.get(host.name) ?? []) this.#metrics.info.remove(labels)
    const shown = roles.flatMap(alias => {
      const at = host.roleOf(alias)
      if (at === undefined) return []
      const { version, digest } = at.identity
      return [{ model: host.name, alias, version, digest }]
    })
    for (const labels of shown) this.#metrics.info.set(labels, 1)
    this.#shown.set(host.name, shown)
  }
}
