/** Called when nothing was heard for a while, and when something is heard again. */
export interface ContactListener {
  lost(): void
  found(): void
}

const CHECK_MS = 1_000

/** Notices when the other side falls silent, which no call of ours may be waiting to tell. */
export class ContactWatch {
  readonly #silentAfterMs: number
  readonly #listener: ContactListener
  readonly #checks: NodeJS.Timeout
  #heardAt = performance.now()
  #lost = false

  /** @param silentAfterMs longest silence that means nothing (ms) */
  constructor(silentAfterMs: number, listener: ContactListener) {
    this.#silentAfterMs = silentAfterMs
    this.#listener = listener
    this.#checks = setInterval(() => this.#check(), CHECK_MS)
  }

  /** The other side gave a sign of life. */
  heard(): void {
    this.#heardAt = performance.now()
    if (!this.#lost) return
    this.#lost = false
    this.#listener.found()
  }

  stop(): void {
    clearInterval(this.#checks)
  }

  #check(): void {
    if (this.#lost || performance.now() - this.#heardAt <= this.#silentAfterMs) return
    this.#lost = true
    this.#listener.lost()
  }
}
