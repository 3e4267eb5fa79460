import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { StateCache } from '../../src/stage/state-cache.ts'

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']

/** As in the cache: 240 bytes for an entry, 2 for each byte of its encoding. */
function bytesOf(sizes: Iterable<number>): number {
  return [...sizes].reduce((sum, size) => sum + 240 + 2 * size, 0)
}

test('a state is kept through the turn after its last use', () => {
  const cache = new StateCache<number>()
  cache.set('a', 1)
  cache.set('b', 2)
  cache.endTurn()
  assert.equal(cache.get('a'), 1)
  cache.endTurn()
  assert.deepStrictEqual([cache.get('b'), cache.get('a')], [undefined, 1])
  assert.deepStrictEqual([...cache.missing(['a', 'b', undefined, 'c'])], ['b', 'c'])
})

test('records that find their state are hits, also behind one that had it read', () => {
  const cache = new StateCache<number>()
  cache.set('a', 1)
  cache.missing(['a', 'b', 'b', undefined, 'a'])
  assert.deepStrictEqual(cache.takeUse(), { states: 1, bytes: 240, hits: 3, misses: 1, evictions: 0 })
  assert.deepStrictEqual(cache.takeUse(), { states: 1, bytes: 240, hits: 0, misses: 0, evictions: 0 })
})

test('the cache holds what two plain maps hold, and knows what that takes', () =>
  forEachSeed(200, random => {
    const cache = new StateCache<number>()
    const sizes = new Map<string, number>()
    let [recent, older] = [new Map<string, number>(), new Map<string, number>()]
    let evictions = 0
    for (let step = 0; step < 60; step++) {
      const key = random.pick(KEYS)
      const known = recent.get(key) ?? older.get(key)
      assert.equal(cache.get(key), known)
      if (known !== undefined || random.chance(0.5)) {
        const size = random.integer(0, 1_000)
        cache.set(key, step)
        cache.measure(key, size)
        sizes.set(key, size)
        recent.set(key, step)
        older.delete(key)
      }
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
