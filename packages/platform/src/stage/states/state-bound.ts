import type { CacheUse, StateCache } from './state-cache.ts'

type Cache = Pick<StateCache<unknown>, 'bytes' | 'forget' | 'join' | 'takeUse'>

/** Keeps the states in memory of all partitions of a stage within a number of bytes. */
export class StateBound {
  readonly #mostBytes: number

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /**
   * Forgets what was not used lately where there are too many states. Answers whether those that are not stored alone
   * are too many: then they are to be written, so that they can be forgotten as well.
   */
  hold(caches: readonly Cache[]): boolean {
    const bytes = total(caches, cache => cache.bytes)
    if (bytes <= this.#mostBytes) return false
    for (const cache of caches) cache.forget((cache.bytes * this.#mostBytes) / bytes)
    return total(caches, cache => cache.bytes) > this.#mostBytes
  }

  /** To be called when every state is stored. Answers what they take, and of how much use they were. */
  written(caches: readonly Cache[]): CacheUse {
    this.hold(caches)
    for (const cache of caches) cache.join()
    const uses = caches.map(cache => cache.takeUse())
    return {
      states: total(uses, use => use.states),
      bytes: total(uses, use => use.bytes),
      hits: total(uses, use => use.hits),
      misses: total(uses, use => use.misses),
      evictions: total(uses, use => use.evictions),
    }
  }
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  let sum = 0
  for (const item of items) sum += of(item)
  return sum
}
