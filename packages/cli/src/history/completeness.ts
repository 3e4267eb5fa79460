import type { ScanRanges } from '@millrace/platform'

/** Finds from when on a topic holds everything, while it is read: retention takes the oldest records of each partition. */
export class Completeness {
  readonly #ranges: ScanRanges
  readonly #oldest = new Map<number, number>()

  constructor(ranges: ScanRanges) {
    this.#ranges = ranges
  }

  /** An event of this time (epoch ms) was read of a partition. */
  note(partition: number, time: number): void {
    const oldest = this.#oldest.get(partition)
    if (oldest === undefined || time < oldest) this.#oldest.set(partition, time)
  }

  /** How many records the topic does not hold any more. */
  get lost(): number {
    return [...this.#ranges.values()].reduce((sum, { low }) => sum + low, 0)
  }

  /**
   * The latest of the times at which the partitions begin that have lost records (epoch ms): −∞ where none has, +∞ where
   * nothing is left of one.
   */
  get from(): number {
    const lossy = [...this.#ranges].filter(([, { low }]) => low > 0)
    return Math.max(
      Number.NEGATIVE_INFINITY,
      ...lossy.map(([partition]) => this.#oldest.get(partition) ?? Number.POSITIVE_INFINITY),
    )
  }
}
