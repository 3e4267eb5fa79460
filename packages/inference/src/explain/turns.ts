import { MillraceError } from '@millrace/core'

/** Lets one piece of work after another happen, in the order in which they came. */
export class Turns {
  readonly #capacity: number
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** @param capacity how many may be there at once */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Fails as the work does, or with SCORER_OVERLOADED. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#capacity) {
      throw new MillraceError('SCORER_OVERLOADED', 'Too many explanations wait: try again later.')
    }
    this.#waiting++
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    try {
      return await done
    } finally {
      this.#waiting--
    }
  }
}
