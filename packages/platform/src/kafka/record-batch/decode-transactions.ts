/** A transaction that was aborted, as a broker names it beside the records. */
export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: number
}

/**
 * Tells which batches belong to aborted transactions: those of its producer, from its first offset to its abort marker.
 * Batches are to be asked for in their order.
 */
export class AbortedTransactions {
  readonly #later: AbortedTransaction[]
  readonly #open = new Set<bigint>()

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#later = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Whether a producer's transactional batch that ends at an offset was aborted. */
  has(producerId: bigint, lastOffset: number): boolean {
    while (this.#later.length > 0 && this.#later[0]!.firstOffset <= lastOffset)
      this.#open.add(this.#later.shift()!.producerId)
    return this.#open.has(producerId)
  }

  /** The abort marker of a producer was met. */
  end(producerId: bigint): void {
    this.#open.delete(producerId)
  }
}
