import { type Parent, pairKey } from '@millrace/core'

/**
 * Tells the repeats apart that a crash leaves in a topic: in each partition the offsets of one parent only rise, and the
 * first record of each counts.
 */
export class RepeatFilter {
  /** By partition, the highest offset of each parent. */
  readonly #highest = new Map<number, Map<number, number>>()

  /** Whether a record was there before; it is remembered. Records of a partition are asked for in their order. */
  isRepeat(partition: number, parent: Parent): boolean {
    let highest = this.#highest.get(partition)
    if (highest === undefined) {
      highest = new Map()
      this.#highest.set(partition, highest)
    }
    const pair = pairKey(0, parent)
    if (parent.offset <= (highest.get(pair) ?? -1)) return true
    highest.set(pair, parent.offset)
    return false
  }
}
