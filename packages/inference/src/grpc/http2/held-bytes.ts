import { MillraceError } from '@millrace/core'

/** Counts the bytes of requests that a server holds. */
export class HeldBytes {
  readonly #most: number
  #held = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Throws SCORER_OVERLOADED when there are too many. */
  take(bytes: number): void {
    this.#held += bytes
    if (this.#held > this.#most) {
      throw new MillraceError('SCORER_OVERLOADED', 'The server holds too many requests: try again later.')
    }
  }

  give(bytes: number): void {
    this.#held -= bytes
  }
}
