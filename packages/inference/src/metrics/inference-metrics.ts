import type { MetricsRegistry } from '@millrace/platform/http'
import { Counter, Gauge, Histogram } from 'prom-client'
import type { BatchFacts } from '../batching/statistics.ts'
import type { HostEvent, HostedModel } from '../served/model-host.ts'

const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
const SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1]

/** Metrics of models at work: their batches, and which version has which role. */
export class InferenceMetrics {
  readonly #size: Histogram
  readonly #wait: Histogram
  readonly #run: Histogram
  readonly #batches: Counter
  readonly #info: Gauge
  readonly #loaded: Gauge
  readonly #changes: Counter
  /** The labels of each model that stand in `model_info`. */
  readonly #shown = new Map<string, readonly Record<string, string>[]>()

  constructor(registry: MetricsRegistry) {
    const registers = [registry]
    const labelNames = ['model']
    this.#size = new Histogram({
      name: 'inference_batch_size',
      help: 'Rows that were run together.',
      labelNames,
      buckets: ROWS,
      registers,
    })
    this.#wait = new Histogram({
      name: 'inference_batch_wait_seconds',
      help: 'How long the oldest row of a batch waited.',
      labelNames,
      buckets: SECONDS,
      registers,
    })
    this.#run = new Histogram({
      name: 'inference_run_duration_seconds',
      help: 'How long the model itself took for a batch.',
      labelNames,
      buckets: SECONDS,
      registers,
    })
    this.#batches = new Counter({
      name: 'inference_batches_total',
      help: 'Batches, by why they were released: full, timeout or idle.',
      labelNames: ['model', 'reason'],
      registers,
    })
    this.#info = new Gauge({
      name: 'model_info',
      help: '1 for every role that a version of a model has.',
      labelNames: ['model', 'version', 'digest', 'alias'],
      registers,
    })
    this.#loaded = new Gauge({
      name: 'model_loaded_timestamp_seconds',
      help: 'When a version of the model was last loaded.',
      labelNames,
      registers,
    })
    this.#changes = new Counter({
      name: 'model_changes_total',
      help: 'What happened to versions: loaded, refused, rolled-back, serving, released.',
      labelNames: ['model', 'change'],
      registers,
    })
  }

  /** Counts the batches of a model. */
  batchesOf(model: string): (facts: BatchFacts) => void {
    const [size, wait, run] = [this.#size, this.#wait, this.#run].map(metric => metric.labels({ model }))
    return ({ rows, waited, took, reason }) => {
      size!.observe(rows)
      wait!.observe(waited / 1_000)
      run!.observe(took / 1_000)
      this.#batches.inc({ model, reason })
    }
  }

  /** Tells what happened to the versions of a model, and which has which role now. */
  changed(host: Pick<HostedModel, 'name' | 'roleOf'>, roles: readonly string[], { kind }: HostEvent): void {
    const model = host.name
    this.#changes.inc({ model, change: kind })
    if (kind === 'loaded') this.#loaded.set({ model }, Date.now() / 1_000)
    this.#showRoles(host, roles)
  }

  #showRoles(host: Pick<HostedModel, 'name' | 'roleOf'>, roles: readonly string[]): void {
    for (const labels of this.#shown.get(host.name) ?? []) this.#info.remove(labels)
    const shown = roles.flatMap(alias => {
      const at = host.roleOf(alias)
      if (at === undefined) return []
      const { version, digest } = at.identity
      return [{ model: host.name, alias, version, digest }]
    })
    for (const labels of shown) this.#info.set(labels, 1)
    this.#shown.set(host.name, shown)
  }
}
