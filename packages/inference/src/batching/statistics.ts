/** How often, and how long in all (ms). */
export interface Duration {
  readonly count: number
  readonly total: number
}

/** What a model has done since it was loaded. */
export interface InferenceStatistics {
  /** Rows that were answered. */
  readonly rows: number
  /** Requests that were answered, from their coming to their answer. */
  readonly succeeded: Duration
  /** Requests that the model refused, or that ended with it. */
  readonly failed: Duration
  /** Requests that nobody wanted any more when their turn came. */
  readonly dropped: Duration
  /** Answered requests that took longer than the latency budget. */
  readonly slow: number
  /** How long answered requests waited for their run. */
  readonly queued: Duration
  /** Runs of the model, and how long the model itself took. */
  readonly computed: Duration
  /** When the last request was answered (epoch ms); undefined before the first. */
  readonly lastAt: number | undefined
}

/** Why a batch went to the model: it was full, its oldest row had waited long enough, or the model was idle. */
export type ReleaseReason = 'full' | 'timeout' | 'idle'

/** A batch that the model has answered; times in ms. */
export interface BatchFacts {
  readonly reason: ReleaseReason
  readonly rows: number
  /** How long its oldest row waited. */
  readonly waited: number
  /** How long the model itself took. */
  readonly took: number
}

/** Counts what a model does. */
export class StatisticsCounter {
  readonly #latencyBudget: number
  readonly #succeeded = new DurationCounter()
  readonly #failed = new DurationCounter()
  readonly #dropped = new DurationCounter()
  readonly #queued = new DurationCounter()
  readonly #computed = new DurationCounter()
  #rows = 0
  #slow = 0
  #lastAt: number | undefined

  /** A request that takes longer than `latencyBudget` (ms) is slow. */
  constructor(latencyBudget = Number.POSITIVE_INFINITY) {
    this.#latencyBudget = latencyBudget
  }

  /** Counts an answered request; times in ms. */
  succeeded(rows: number, waited: number, took: number): void {
    this.#rows += rows
    this.#lastAt = Date.now()
    this.#queued.add(waited)
    this.#succeeded.add(took)
    if (took > this.#latencyBudget) this.#slow++
  }

  failed(took: number): void {
    this.#failed.add(took)
  }

  dropped(took: number): void {
    this.#dropped.add(took)
  }

  computed(took: number): void {
    this.#computed.add(took)
  }

  snapshot(): InferenceStatistics {
    return {
      rows: this.#rows,
      succeeded: this.#succeeded.snapshot(),
      failed: this.#failed.snapshot(),
      dropped: this.#dropped.snapshot(),
      slow: this.#slow,
      queued: this.#queued.snapshot(),
      computed: this.#computed.snapshot(),
      lastAt: this.#lastAt,
    }
  }
}

class DurationCounter {
  #count = 0
  #total = 0

  add(took: number): void {
    this.#count++
    this.#total += took
  }

  snapshot(): Duration {
    return { count: this.#count, total: this.#total }
  }
}
