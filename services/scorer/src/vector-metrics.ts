import {
  type MetricsRegistry,
  type Registered,
  registerMetrics,
  startAtZero,
  type Tally,
  VECTOR_METRICS,
} from '@millrace/platform/metrics'

/** Metrics of the vectors that decisions are made from: what is missing in them, and how old they are. */
export class VectorMetrics {
  readonly #metrics: Registered<typeof VECTOR_METRICS>
  readonly #inputs: readonly string[]
  readonly #ages = new Map<string, Tally>()

  /**
   * @param inputs of the model, in their order
   * @param views names of the views that a scored event visits
   */
  constructor(registry: MetricsRegistry, inputs: readonly string[], views: readonly string[]) {
    this.#inputs = inputs
    this.#metrics = registerMetrics(registry, VECTOR_METRICS)
    startAtZero(this.#metrics, VECTOR_METRICS, { feature: inputs, feature_set: views })
    for (const feature_set of views) this.#ages.set(feature_set, this.#metrics.age.of({ feature_set }))
  }

  /** Counts the inputs without a value, as they were before others stood in for them. */
  vectors(vectors: readonly (readonly number[])[]): void {
    for (let i = 0; i < this.#inputs.length; i++) {
      let missing = 0
      for (const vector of vectors) if (Number.isNaN(vector[i])) missing++
      if (missing > 0) this.#metrics.missing.inc({ feature: this.#inputs[i]! }, missing)
    }
  }

  /** Counts how old the entities' newest events were (ms), by view; null where there was none. */
  aged(ages: Readonly<Record<string, number | null>>): void {
    for (const [view, age] of Object.entries(ages))
      if (age !== null) this.#ages.get(view)?.observe(age / 1_000)
  }
}
