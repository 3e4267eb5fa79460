import { MillraceError } from '@millrace/core'
import type { Caller, Rate } from '../auth/caller.ts'
import { networkOf } from '../auth/network.ts'

export interface RateLimiterOptions {
  /** For callers without a rate of their own. Without it they are not limited. */
  readonly rate?: Rate | undefined
  /** Callers that are remembered at the most: beyond them the one seen first is forgotten. Default 10,000. */
  readonly maxCallers?: number
}

/**
 * A token bucket for each caller, kept as one number: the time at which the bucket will be full again (GCRA). A caller
 * whose bucket is full need not be remembered.
 */
export class RateLimiter {
  readonly #rate: Rate | undefined
  readonly #maxCallers: number
  /** By kind and id, in ms. */
  readonly #fullAt = new Map<string, number>()

  constructor({ rate, maxCallers = 10_000 }: RateLimiterOptions) {
    this.#rate = rate
    this.#maxCallers = maxCallers
  }

  /** How many callers are remembered. */
  get size(): number {
    return this.#fullAt.size
  }

  /** Takes one request from a caller's bucket. Throws RATE_LIMITED, with `retryAfterS`, when it is empty. */
  take(caller: Caller, nowMs: number): void {
    const rate = caller.rate ?? this.#rate
    if (rate === undefined) return
    const { perSecond, burst = Math.max(1, Math.ceil(perSecond)) } = rate
    const name = nameOf(caller)
    const interval = 1_000 / perSecond
    const fullAt = Math.max(nowMs, this.#fullAt.get(name) ?? 0)
    const waitMs = fullAt - nowMs - (burst - 1) * interval
    if (waitMs > 0) throw tooMany(waitMs)
    this.#remember(name, fullAt + interval, nowMs)
  }

  #remember(name: string, fullAt: number, nowMs: number): void {
    if (this.#fullAt.size >= this.#maxCallers && !this.#fullAt.has(name)) this.#makeRoom(nowMs)
    this.#fullAt.set(name, fullAt)
  }

  /** Forgets the callers at the front whose buckets are full, and at least the first. */
  #makeRoom(nowMs: number): void {
    for (const [name, fullAt] of this.#fullAt) {
      const isNeeded = fullAt > nowMs && this.#fullAt.size < this.#maxCallers
      if (isNeeded) return
      this.#fullAt.delete(name)
    }
  }
}

/** Whoever does not say who he is could change his address within his network at will. */
function nameOf({ kind, id }: Caller): string {
  return `${kind}:${kind === 'anonymous' ? networkOf(id) : id}`
}

function tooMany(waitMs: number): MillraceError {
  const retryAfterS = Math.ceil(waitMs / 1_000)
  return new MillraceError('RATE_LIMITED', `Too many requests: try again in ${retryAfterS} s.`, {
    details: { retryAfterS },
  })
}
