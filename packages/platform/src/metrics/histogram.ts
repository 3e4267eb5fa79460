/** Counts the values of one series. */
export interface Tally {
  /** Counts a value, as often as `weight` says. */
  observe(value: number, weight?: number): void
}

interface Series extends Tally {
  readonly labels: Readonly<Record<string, string>>
  /** Per bucket, and at last those above all bounds. */
  readonly counts: Float64Array
  readonly sum: number
}

interface Sample {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface HistogramOptions {
  readonly name: string
  readonly help: string
  readonly buckets: readonly number[]
}

/**
 * A histogram for values of single records: whoever feeds it keeps the tally of its labels, and a value costs some
 * nanoseconds, where that of prom-client looks its labels up each time. A value may stand for many.
 */
export class TallyHistogram<Label extends string = string> {
  readonly name: string
  readonly help: string
  readonly type = 'histogram'
  readonly aggregator = 'sum'
  /** As prom-client's registry asks for the samples. */
  readonly get: () => Promise<object>
  readonly #buckets: readonly number[]
  readonly #series = new Map<string, Series>()

  constructor({ name, help, buckets }: HistogramOptions) {
    this.name = name
    this.help = help
    this.#buckets = buckets
    const { type, aggregator } = this
    this.get = async () => ({ name, help, type, aggregator, values: this.#samples() })
  }

  /** The tally of a series, which is there from now on. */
  of(labels: Readonly<Record<Label, string>>): Tally {
    const key = JSON.stringify(Object.entries<string>(labels).toSorted())
    const known = this.#series.get(key)
    if (known !== undefined) return known
    const series = createSeries({ ...labels }, this.#buckets)
    this.#series.set(key, series)
    return series
  }

  reset(): void {
    this.#series.clear()
  }

  #samples(): Sample[] {
    return [...this.#series.values()].flatMap(series => this.#samplesOf(series))
  }

  #samplesOf({ labels, counts, sum }: Series): Sample[] {
    let count = 0
    const buckets = Array.from(counts, (own, i) => {
      count += own
      const le = i < this.#buckets.length ? String(this.#buckets[i]) : '+Inf'
      return { metricName: `${this.name}_bucket`, labels: { le, ...labels }, value: count }
    })
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ]
  }
}

function createSeries(labels: Series['labels'], bounds: readonly number[]): Series {
  const counts = new Float64Array(bounds.length + 1)
  let sum = 0
  return {
    labels,
    counts,
    get sum() {
      return sum
    },
    observe(value, weight = 1) {
      let bucket = 0
      while (bucket < bounds.length && value > bounds[bucket]!) bucket++
      counts[bucket]! += weight
      sum += value * weight
    },
  }
}
