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
  const [entry] = cache.use([key])
  entry!.state = key
  cache.measure(entry!, 380)
}

test('the bound is one for all partitions, and reached when the states in use are above it', () => {
  const caches = [cacheOf('a', 'b'), cacheOf('c')]
  assert.deepStrictEqual(
    [2_999, 3_000].map(mostBytes => new StateBound(mostBytes).hold(caches)),
    [true, false],
  )
})

test('above the bound what was not used lately is forgotten, and no write is asked for', () => {
  const bound = new StateBound(3_000)
  const caches = [cacheOf('a', 'b'), cacheOf('c')]
  assert.equal(bound.written(caches).states, 3)
  use(caches[0]!, 'a')
  assert.equal(bound.hold(caches), false)
  use(caches[1]!, 'd')
  assert.equal(bound.hold(caches), false)
  assert.deepStrictEqual(bound.written(caches), { states: 2, bytes: 2_000, hits: 1, misses: 1, evictions: 2 })
  assert.deepStrictEqual([caches[0]!.use(['a'])[0]!.state, caches[1]!.use(['d'])[0]!.state], ['a', 'd'])
})

test('a turn goes on until the states used in it take half of the bound', () => {
  const bound = new StateBound(6_000)
  const cache = cacheOf('a', 'b', 'c')
  for (const key of ['a', 'b', 'c', 'd']) {
    use(cache, key)
    bound.written([cache])
  }
  assert.equal(cache.recentBytes, 0)
  use(cache, 'e')
  bound.written([cache])
  assert.deepStrictEqual([cache.bytes, cache.recentBytes], [5_000, 1_000])
})

test('whatever is used, the states never take more than the bound after a round, when they are written as asked', () =>
  forEachSeed(100, random => {
    const mostBytes = random.integer(2, 20) * 1_000
    const [bound, caches] = [new StateBound(mostBytes), [cacheOf(), cacheOf(), cacheOf()]]
    const inRound = random.integer(1, 5)
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < inRound; i++) use(random.pick(caches), String(random.integer(0, 30)))
      const isFull = bound.hold(caches)
      const bytes = caches.reduce((sum, cache) => sum + cache.bytes, 0)
      assert.ok(bytes <= mostBytes + (isFull ? inRound * 1_000 : 0), `${bytes} of ${mostBytes}`)
      if (isFull || random.chance(0.3)) bound.written(caches)
    }
  }))
