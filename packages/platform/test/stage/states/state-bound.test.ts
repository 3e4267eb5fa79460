import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { StateBound } from '../../../src/stage/states/state-bound.ts'
import { StateCache } from '../../../src/stage/states/state-cache.ts'

const STATE = new Uint8Array(1_000)
const codec = { encode: () => STATE }

/** A cache of one partition with these states, which are not stored. */
function cacheOf(...keys: readonly string[]): StateCache<string> {
  const cache = new StateCache<string>(codec)
  for (const key of keys) change(cache, key)
  return cache
}

function change(cache: StateCache<string>, key: string): void {
  const used = cache.use([key])
  cache.change(used[0]!, key)
  cache.endRound(used)
}

function store(caches: readonly StateCache<string>[]): void {
  for (const cache of caches) for (const _ of cache.takeChanged());
}

function bytesOf(caches: readonly StateCache<string>[]): number {
  return caches.reduce((sum, { bytes }) => sum + bytes, 0)
}

function has(cache: StateCache<string>, key: string): boolean {
  return !cache.use([key])[0]!.isMissing
}

test('the bound is one for all partitions, and reached when the states that are not stored are above it', () => {
  const caches = [cacheOf('a', 'b'), cacheOf('c')]
  const bytes = bytesOf(caches)
  assert.deepStrictEqual(
    [bytes - 1, bytes].map(mostBytes => new StateBound(mostBytes).hold(caches)),
    [true, false],
  )
  store(caches)
  assert.equal(new StateBound(bytes - 1).hold(caches), false)
  assert.ok(bytesOf(caches) < bytes)
})

test('above the bound what was not used lately is forgotten, of each partition as it has', () => {
  const keys = Array.from({ length: 60 }, (_, i) => String(i))
  const caches = [cacheOf(...keys), cacheOf(...keys.slice(0, 30))]
  store(caches)
  const bytes = bytesOf(caches)
  new StateBound(bytes - 1_000).hold(caches)
  const often = [caches[0]!, caches[1]!].map(cache => keys.filter((key, i) => i % 3 === 0 && has(cache, key)))
  const { evictions, states } = new StateBound(bytes / 2).written(caches)
  assert.equal(states + evictions, 90)
  assert.ok(states > 30 && states < 50, `${states} states are left`)
  often.forEach((names, i) => {
    for (const name of names) assert.ok(has(caches[i]!, name), name)
  })
  assert.ok(caches[0]!.bytes > 1.5 * caches[1]!.bytes)
})

test('with each write memory is given back that lies between states', () => {
  const joined: string[] = []
  const cacheNamed = (name: string) => ({
    bytes: 10,
    forget() {},
    join: () => void joined.push(name),
    takeUse: () => ({ states: 1, bytes: 10, hits: 0, misses: 0, evictions: 0 }),
  })
  const caches = [cacheNamed('a'), cacheNamed('b')]
  const bound = new StateBound(100)
  bound.hold(caches)
  assert.deepStrictEqual(joined, [])
  assert.equal(bound.written(caches).states, 2)
  assert.deepStrictEqual(joined, ['a', 'b'])
})

test('whatever is used, the states never take more than the bound after a round, when they are written as asked', () =>
  forEachSeed(100, random => {
    const caches = [cacheOf(), cacheOf(), cacheOf()]
    const mostBytes = bytesOf(caches) + random.integer(8, 30) * 1_000
    const bound = new StateBound(mostBytes)
    const inRound = random.integer(1, 5)
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < inRound; i++) change(random.pick(caches), String(random.integer(0, 30)))
      if (bound.hold(caches) || random.chance(0.3)) {
        store(caches)
        bound.written(caches)
      }
      const bytes = bytesOf(caches)
      assert.ok(bytes <= mostBytes, `${bytes} of ${mostBytes}`)
    }
  }))
