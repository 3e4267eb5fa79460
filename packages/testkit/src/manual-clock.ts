import type { Clock } from '@millrace/core'

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now: number

  /** @param now epoch ms */
  constructor(now = 0) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  /** Moves on by `ms`. */
  advance(ms: number): void {
    this.#now += ms
  }
}
