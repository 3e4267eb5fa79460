/** Calls `ring` once after `ms`, unless what it answers is called before. */
export type SetTimer = (ring: () => void, ms: number) => () => void

/** Lets a loop sleep until there is something to do. */
export class WakeUp {
  readonly #setTimer: SetTimer
  #pending = false
  #wake: (() => void) | undefined

  /** @param setTimer what measures the time of a wait; default: the system's timer */
  constructor(setTimer: SetTimer = setSystemTimer) {
    this.#setTimer = setTimer
  }

  /** Ends the current wait, or the next one at once. */
  signal(): void {
    this.#pending = true
    this.#wake?.()
  }

  /** Resolves at the next signal, or after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>(resolve => {
        const cancel = this.#setTimer(resolve, timeoutMs)
        this.#wake = () => {
          cancel()
          resolve()
        }
      })
      this.#wake = undefined
    }
    this.#pending = false
  }
}

function setSystemTimer(ring: () => void, ms: number): () => void {
  const timer = setTimeout(ring, ms)
  return () => clearTimeout(timer)
}
