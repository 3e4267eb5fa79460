/** How many replaced versions may stay in memory: with quick changes the oldest goes at once. */
const MOST = 2

/** What is let go of a while after it was replaced, for those who have looked it up just before. */
export class Lingering<T> {
  readonly #linger: number
  readonly #release: (item: T) => Promise<void>
  readonly #timers = new Map<T, NodeJS.Timeout>()
  readonly #releases = new Set<Promise<void>>()

  /** `linger` in ms. */
  constructor(linger: number, release: (item: T) => Promise<void>) {
    this.#linger = linger
    this.#release = release
  }

  add(item: T): void {
    if (this.#timers.has(item)) return
    const timer = setTimeout(() => this.#let(item), this.#linger)
    this.#timers.set(item, timer)
    for (const oldest of this.#timers.keys()) {
      if (this.#timers.size <= MOST) break
      this.#let(oldest)
    }
  }

  /** Lets go of everything at once; resolves when that is done. */
  async close(): Promise<void> {
    for (const item of this.#timers.keys()) this.#let(item)
    await Promise.all(this.#releases)
  }

  #let(item: T): void {
    clearTimeout(this.#timers.get(item))
    this.#timers.delete(item)
    const release = this.#release(item).finally(() => this.#releases.delete(release))
    this.#releases.add(release)
  }
}
