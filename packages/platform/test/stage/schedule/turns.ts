import type { SeededRandom } from '@millrace/testkit'

/**
 * The awaits of one process. Whoever awaits a turn goes on when the schedule grants it, so that between any two steps
 * of one process every other process may work, and this one may end.
 */
export class Turns {
  readonly #random: SeededRandom
  #waiting: (() => void)[] = []
  #over = false

  constructor(random: SeededRandom) {
    this.#random = random
  }

  /** Nothing awaits a turn: the process sleeps. */
  get none(): boolean {
    return this.#waiting.length === 0
  }

  /** Resolves when the schedule grants it, and never once the process is over. */
  next(): Promise<void> {
    return new Promise(resolve => {
      if (!this.#over) this.#waiting.push(resolve)
    })
  }

  /** Lets one of those who wait go on. */
  grant(): void {
    const [resolve] = this.#waiting.splice(this.#random.integer(0, this.#waiting.length - 1), 1)
    resolve?.()
  }

  /** The process is gone: nothing that it awaits ever comes. */
  end(): void {
    this.#over = true
    this.#waiting = []
  }
}

/** Resolves when everything that can go on without a turn has done so. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
