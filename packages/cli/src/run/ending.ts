/** The reason of a run that its user ended. */
export const INTERRUPTED = Symbol('interrupted')

/** Ends a run before its input does: because the user wants it, or because it cannot go on. */
export class Ending {
  readonly #controller = new AbortController()

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  interrupt(): void {
    this.#controller.abort(INTERRUPTED)
  }

  fail(error: unknown): void {
    this.#controller.abort(error)
  }

  /** The result of `work`, unless the run ends first: then this rejects with the reason. */
  async unlessEnded<T>(work: Promise<T>): Promise<T> {
    const { signal } = this
    const { promise: ended, reject } = Promise.withResolvers<never>()
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
    try {
      return await Promise.race([ended, work])
    } catch (error) {
      // Work that takes the signal itself rejects with an error of its own.
      throw signal.aborted ? signal.reason : error
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
}

const FORCED_EXIT_CODE = 130

/** Interrupts the run at the first Ctrl-C or SIGTERM; at the second the process exits at once, after `lastWords`. */
export function endOnSignals(ending: Ending, lastWords: () => void): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (!ending.signal.aborted) return ending.interrupt()
      lastWords()
      process.exit(FORCED_EXIT_CODE)
    })
  }
}
