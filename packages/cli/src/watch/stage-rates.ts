import { parseMetrics, type Sample } from './parse-metrics.ts'

/** How a stage is doing, over all its processes. */
export interface StageView {
  readonly stage: string
  readonly records: number
  readonly recordsPerSecond: number
  /** Records that wait for it. */
  readonly lag: number
}

const RECORDS = 'records_processed_total'
const LAG = 'kafka_consumer_lag_records'
const NAMES = new Set([RECORDS, LAG])

/** Follows the stages by the metrics of the services. */
export class StageRates {
  readonly #stages: readonly string[]
  readonly #namespace: string
  readonly #counted = new Map<string, number>()
  #views: readonly StageView[]
  #at: number | undefined

  /** @param stages in the order in which they are shown */
  constructor(namespace: string, stages: readonly string[]) {
    this.#namespace = namespace
    this.#stages = stages
    this.#views = stages.map(stage => ({ stage, records: 0, recordsPerSecond: 0, lag: 0 }))
  }

  get views(): readonly StageView[] {
    return this.#views
  }

  /**
   * Takes the metrics of each process that answered.
   * @param now milliseconds of a steady clock
   */
  update(texts: ReadonlyMap<string, string>, now: number): void {
    const samples = [...texts].map(([process, text]) => ({ process, samples: parseMetrics(text, NAMES) }))
    const seconds = this.#at === undefined ? Number.POSITIVE_INFINITY : (now - this.#at) / 1_000
    this.#at = now
    const all = samples.flatMap(entry => entry.samples)
    const handled = new Map<string, number>()
    for (const { process, samples: own } of samples) this.#count(process, own, handled)
    this.#views = this.#views.map(({ stage, records }) => {
      const more = handled.get(stage) ?? 0
      return {
        stage,
        records: records + more,
        recordsPerSecond: more / seconds,
        lag: this.#lagOf(stage, all),
      }
    })
  }

  /** A counter that fell belongs to a process that was started again, and counts from 0. */
  #count(process: string, samples: readonly Sample[], handled: Map<string, number>): void {
    for (const stage of this.#stages) {
      const value = sum(samples.filter(({ name, labels }) => name === RECORDS && labels['stage'] === stage))
      const before = this.#counted.get(`${process}/${stage}`) ?? 0
      this.#counted.set(`${process}/${stage}`, value)
      const more = value < before ? value : value - before
      handled.set(stage, (handled.get(stage) ?? 0) + more)
    }
  }

  #lagOf(stage: string, samples: readonly Sample[]): number {
    const group = `${this.#namespace}.${stage}`
    return sum(samples.filter(({ name, labels }) => name === LAG && labels['group'] === group))
  }
}

function sum(samples: readonly Sample[]): number {
  return samples.reduce((total, sample) => total + sample.value, 0)
}
