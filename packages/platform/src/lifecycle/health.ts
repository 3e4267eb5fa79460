/** Whether a service can do its work now, and if not, why. */
export interface Readiness {
  readonly ready: boolean
  /** `part: reason` of everything that is not ready. */
  readonly reasons: readonly string[]
}

/** Gathers what the parts of a service say about themselves. A service is ready when none of them is not. */
export class Health {
  readonly #faults = new Map<string, string>()

  /** Tells whether a part is ready; `reason` says what it waits for when it is not. */
  ready(part: string, isReady: boolean, reason = 'not ready'): void {
    if (isReady) this.#faults.delete(part)
    else this.#faults.set(part, reason)
  }

  state(): Readiness {
    const reasons = [...this.#faults].map(([part, reason]) => `${part}: ${reason}`)
    return { ready: reasons.length === 0, reasons }
  }
}
