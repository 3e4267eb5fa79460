/** How long a run of so many rows took (ms). */
export interface TimedRun {
  readonly rows: number
  readonly took: number
}

/** How much of each run goes into the correction. */
const WEIGHT = 0.05
/** A single run says little: the machine may have been busy with something else. */
const MAX_RATIO = 10

/**
 * How long a model takes for so many rows: a straight line through a small and a large batch, times how much longer
 * than that the runs since then have taken, as an exponentially weighted mean.
 */
export class RunPace {
  readonly #base: number
  readonly #perRow: number
  #ratio = 1

  constructor(small: TimedRun, large: TimedRun) {
    this.#perRow = Math.max(0, large.took - small.took) / (large.rows - small.rows)
    this.#base = Math.max(0, small.took - this.#perRow * small.rows)
  }

  /** The time that a run of so many rows is expected to take (ms). */
  expected(rows: number): number {
    return this.#line(rows) * this.#ratio
  }

  /** Learns from a run. */
  observe({ rows, took }: TimedRun): void {
    const ratio = Math.min(took / this.#line(rows), MAX_RATIO)
    if (Number.isFinite(ratio)) this.#ratio += WEIGHT * (ratio - this.#ratio)
  }

  #line(rows: number): number {
    return this.#base + this.#perRow * rows
  }
}
