import type { CacheUse, StateCache } from './state-cache.ts'

type Cache = Pick<StateCache<unknown>, 'recentBytes' | 'endTurn' | 'takeUse'>

/** Keeps the states in memory of all partitions of a stage within a number of bytes. */
export class StateBound {
  readonly #mostBytes: number

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** No more states should be read before those that changed are written, and some forgotten. */
  isReached(caches: readonly Cache[]): boolean {
    return 2 * total(caches, cache => cache.recentBytes) > this.#mostBytes
  }

  /** Forgets states where there are too many. To be called when every state is stored. Answers what is left. */
  hold(caches: readonly Cache[]): CacheUse {
    if (this.isReached(caches)) for (const cache of caches) cache.endTurn()
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
