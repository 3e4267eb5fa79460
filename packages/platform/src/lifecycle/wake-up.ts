/** Lets a loop sleep until there is something to do. */
export class WakeUp {
  #pending = false
  #wake: (() => void) | undefined

  /** Ends the current wait, or the next one at once. */
  signal(): void {
    this.#pending = true
    this.#wake?.()
  }

  /** Resolves at the next signal, or after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, timeoutMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = undefined
    }
    this.#pending = false
  }
}
