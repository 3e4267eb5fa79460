import { DELIVERY_WINDOW_MS } from './webhook-signature.ts'

const MOST_DELIVERIES = 10_000

/**
 * The ids of deliveries for as long as one may come again: afterwards its timestamp gives it away. Of too many the
 * oldest give way.
 */
export class SeenDeliveries {
  /** Until when each is kept (epoch ms), the oldest first. */
  readonly #until = new Map<string, number>()

  /** Whether this is the first delivery of the id. */
  isNew(id: string, nowMs: number): boolean {
    this.#forget(nowMs)
    if (this.#until.has(id)) return false
    this.#until.set(id, nowMs + 2 * DELIVERY_WINDOW_MS)
    return true
  }

  #forget(nowMs: number): void {
    for (const [id, until] of this.#until) {
      if (until >= nowMs && this.#until.size < MOST_DELIVERIES) return
      this.#until.delete(id)
    }
  }
}
