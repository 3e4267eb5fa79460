import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { StateBound } from '../../src/stage/state-bound.ts'
import { StateCache } from '../../src/stage/state-cache.ts'

/** A cache of one partition in which each of these states takes 1,000 bytes. */
function cacheOf(...keys: readonly string[]): StateCache<string> {
  const cache = new StateCache<string>()
  for (const key of keys) use(cache, key)
  return cache
}

function use(cache: StateCache<string>, key: string): void {
  cache.set(key, key)
  cache.measure(key, 380)
}

test('the bound is one for all partitions, and reached when the states in use take half of it', () => {
  const caches = [cacheOf('a', 'b'), cacheOf('c')]
  assert.deepStrictEqual(
    [5_999, 6_000].map(mostBytes => new StateBound(mostBytes).isReached(caches)),
    [true, false],
  )
})

test('below the bound nothing is forgotten; above it what was not used for a turn', () => {
  const bound = new StateBound(6_000)
  const caches = [cacheOf('a', 'b'), cacheOf('c')]
  assert.equal(bound.hold(caches).states, 3)
  use(caches[1]!, 'd')
  assert.deepStrictEqual(bound.hold(caches), { states: 4, bytes: 4_000, hits: 0, misses: 0, evictions: 0 })
  for (const key of ['a', 'e', 'f', 'g']) use(caches[0]!, key)
  assert.deepStrictEqual(bound.hold(caches), { states: 4, bytes: 4_000, hits: 0, misses: 0, evictions: 3 })
})

test('whatever is used, the states never take more than the bound and what one round uses', () =>
  forEachSeed(100, random => {
    const mostBytes = random.integer(2, 20) * 1_000
    const [bound, caches] = [new StateBound(mostBytes), [cacheOf(), cacheOf(), cacheOf()]]
    const inRound = random.integer(1, 5)
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < inRound; i++) use(random.pick(caches), String(random.integer(0, 30)))
      const bytes = caches.reduce((sum, cache) => sum + cache.takeUse().bytes, 0)
      assert.ok(bytes <= mostBytes + 2 * inRound * 1_000, `${bytes} of ${mostBytes}`)
      if (bound.isReached(caches)) bound.hold(caches)
    }
  }))
