import { type Origin, offsetOf, type Prediction } from '@millrace/core'
import type { EventFields } from '../source/input-event.ts'

/** A scored event that was sent. */
export interface SentEntry {
  readonly event: EventFields
  /** When it was given to the producer (epoch ms, wall clock). */
  readonly sentAt: number
  /** It was sent when its time had come, and not while catching up. */
  readonly isLive: boolean
}

/** What became of an event. */
export type Outcome =
  | { readonly kind: 'predicted'; readonly prediction: Prediction; readonly receivedAt: number }
  | { readonly kind: 'dead-lettered' }

export interface Settlement {
  readonly origin: Origin
  readonly entry: SentEntry
  readonly outcome: Outcome
}

/**
 * Accounts for every event that was sent, by the coordinates of its raw record: each ends in one prediction or one
 * dead letter. Repeats, and outcomes of records that others sent, settle nothing.
 */
export class Ledger {
  readonly #pending = new Map<string, SentEntry>()
  /** Outcomes that came before the acknowledgement of their record was handled. */
  readonly #early = new Map<string, Outcome>()
  /** Offsets of each raw partition below which every entry of ours is known. */
  readonly #known = new Map<number, number>()

  /** How many events nothing has become of yet. */
  get pending(): number {
    return this.#pending.size
  }

  /** When the oldest event that nothing has become of was sent (epoch ms); undefined when there is none. */
  get oldestSentAt(): number | undefined {
    return this.#pending.values().next().value?.sentAt
  }

  /** Enters an event; answers its settlement when its outcome is there already. */
  sent(origin: Origin, entry: SentEntry): Settlement | undefined {
    const key = keyOf(origin)
    this.#known.set(origin.partition, origin.offset + 1)
    const outcome = this.#early.get(key)
    if (outcome === undefined) {
      this.#pending.set(key, entry)
      return undefined
    }
    this.#early.delete(key)
    return { origin, entry, outcome }
  }

  /** Enters what became of an event; answers its settlement, unless it is a repeat, a stranger's, or too early. */
  settle(origin: Origin, outcome: Outcome): Settlement | undefined {
    const key = keyOf(origin)
    const entry = this.#pending.get(key)
    if (entry !== undefined) {
      this.#pending.delete(key)
      return { origin, entry, outcome }
    }
    if (offsetOf(origin.offset) >= (this.#known.get(origin.partition) ?? 0)) this.#early.set(key, outcome)
    return undefined
  }
}

/** Who sends a record is told Kafka's offset, and not how often the topic was made anew. */
function keyOf({ partition, offset }: Origin): string {
  return `${partition}/${offsetOf(offset)}`
}
