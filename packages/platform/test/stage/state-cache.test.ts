import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { type CachedState, StateCache } from '../../src/stage/state-cache.ts'

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']

/** As in the cache: 240 bytes for an entry, 2 for each byte of its encoding. */
function bytesOf(sizes: Iterable<number>): number {
  return [...sizes].reduce((sum, size) => sum + 240 + 2 * size, 0)
}

function use(cache: StateCache<number>, key: string): CachedState<number> {
  return cache.use([key])[0]!
}

/** Which of the keys have no state in the cache; from then on all of them count as used. */
function missing(cache: StateCache<number>, keys: readonly string[]): string[] {
  return keys.filter(key => use(cache, key).isMissing)
}

test('a state is kept through the turn after its last use', () => {
  const cache = new StateCache<number>()
  for (const key of ['a', 'b']) use(cache, key).isMissing = false
  cache.endTurn()
  assert.equal(use(cache, 'a').isMissing, false)
  cache.endTurn()
  assert.deepStrictEqual(missing(cache, ['a', 'b', 'c']), ['b', 'c'])
})

test('records of one key share its state, and those without a key have none', () => {
  const cache = new StateCache<number>()
  const [first, none, second, other] = cache.use(['a', undefined, 'a', 'b'])
  assert.deepStrictEqual([first?.key, none, other?.key], ['a', undefined, 'b'])
  assert.equal(first, second)
})

test('records that find their state are hits, also behind one that had it read', () => {
  const cache = new StateCache<number>()
  use(cache, 'a')
  cache.takeUse()
  cache.use(['a', 'b', 'b', undefined, 'a'])
  assert.deepStrictEqual(cache.takeUse(), { states: 2, bytes: 480, hits: 3, misses: 1, evictions: 0 })
  assert.deepStrictEqual(cache.takeUse(), { states: 2, bytes: 480, hits: 0, misses: 0, evictions: 0 })
})

test('a packed state takes its encoding, one that is worked with twice as much', () => {
  const cache = new StateCache<number>()
  const entry = use(cache, 'a')
  entry.packed = new Uint8Array(100)
  cache.measure(entry, 100)
  assert.equal(cache.bytes, 340)
  entry.packed = undefined
  entry.state = 1
  cache.measure(entry, 100)
  assert.equal(cache.bytes, 440)
})

test('the cache holds what two plain maps hold, and knows what that takes', () =>
  forEachSeed(200, random => {
    const cache = new StateCache<number>()
    const sizes = new Map<string, number>()
    let [recent, older] = [new Map<string, number>(), new Map<string, number>()]
    let evictions = 0
    for (let step = 0; step < 60; step++) {
      const key = random.pick(KEYS)
      const entry = use(cache, key)
      assert.equal(entry.state, recent.get(key) ?? older.get(key))
      const size = random.integer(0, 1_000)
      entry.state = step
      cache.measure(entry, size)
      sizes.set(key, size)
      recent.set(key, step)
      older.delete(key)
      if (random.chance(0.1)) {
        evictions += older.size
        ;[recent, older] = [new Map(), recent]
        cache.endTurn()
      }
      const take = (kept: ReadonlyMap<string, number>): number =>
        bytesOf([...kept.keys()].map(k => sizes.get(k)!))
      assert.equal(cache.recentBytes, take(recent))
      const told = cache.takeUse()
      assert.deepStrictEqual(
        [told.states, told.bytes],
        [recent.size + older.size, take(recent) + take(older)],
      )
      evictions -= told.evictions
    }
    assert.equal(evictions, 0)
  }))
