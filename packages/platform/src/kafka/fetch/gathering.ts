/** After so many looks in a row that brought nothing, only one in so many is still made. */
const FRUITLESS_LOOKS = 8
const SKIPPED_LOOKS = 64

/**
 * Whether it is worth looking for the other partitions of an answer. A broker with replicas shows what was sent as one
 * partition by partition; one without shows it at once, so that a partition without records in the answer has none.
 */
export class Gathering {
  #fruitless = 0
  #skipped = 0

  /** Whether to look this time. */
  isDue(): boolean {
    if (this.#fruitless < FRUITLESS_LOOKS) return true
    this.#skipped = (this.#skipped + 1) % SKIPPED_LOOKS
    return this.#skipped === 0
  }

  /** Learns from a look. */
  looked(found: boolean): void {
    this.#fruitless = found ? 0 : this.#fruitless + 1
  }
}
