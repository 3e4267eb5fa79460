import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import { compileRoute } from '../../src/routing/canary.ts'

const KEYS = 20_000

const keysOf = (prefix: string): readonly string[] => Array.from({ length: KEYS }, (_, i) => `${prefix}-${i}`)

function takenBy(share: number, keys: readonly string[], version = '4'): Set<string> {
  const route = compileRoute({ model: 'fraud', version, share })
  return new Set(keys.filter(key => route(key) === 'canary'))
}

/** How far a count of `KEYS` may lie from its mean, in 5 standard deviations: one test in two million fails by chance. */
const allowance = (share: number): number => 5 * Math.sqrt(KEYS * share * (1 - share))

test('nobody meets a canary that is not there, or that has no share; everybody one that has all', () => {
  assert.equal(compileRoute(undefined)('a'), 'champion')
  const keys = keysOf('card')
  assert.equal(takenBy(0, keys).size, 0)
  assert.equal(takenBy(1, keys).size, KEYS)
})

test('the canary takes its share of the keys, whatever they look like', async () => {
  await forEachSeed(10, random => {
    const share = random.next()
    const taken = takenBy(share, keysOf(`customer:${random.integer(0, 1_000_000)}`)).size
    assert.ok(Math.abs(taken - KEYS * share) <= allowance(share), `${taken} of ${KEYS} for ${share}`)
  })
})

test('a larger share takes further keys and gives none back', async () => {
  await forEachSeed(5, random => {
    const keys = keysOf(`k${random.integer(0, 1_000_000)}`)
    const shares = Array.from({ length: 6 }, () => random.next()).toSorted((a, b) => a - b)
    const taken = shares.map(share => takenBy(share, keys))
    for (const [i, fewer] of taken.slice(0, -1).entries())
      assert.deepStrictEqual(
        [...fewer].filter(key => !taken[i + 1]!.has(key)),
        [],
      )
  })
})

test('a key has the same answer in every process', () => {
  const route = compileRoute({ model: 'fraud', version: '4', share: 0.25 })
  const keys = Array.from({ length: 40 }, (_, i) => `customer-${i}`)
  // By an implementation of murmur2 in Python.
  assert.deepStrictEqual(
    keys.filter(key => route(key) === 'canary'),
    ['customer-0', 'customer-2', 'customer-3', 'customer-7', 'customer-18', 'customer-32', 'customer-33'],
  )
})

test('two canaries take keys independently of each other', () => {
  const keys = keysOf('card')
  const others = takenBy(0.2, keys, '5')
  const both = [...takenBy(0.2, keys, '4')].filter(key => others.has(key)).length
  assert.ok(Math.abs(both - KEYS * 0.04) <= allowance(0.04), `${both} keys meet both`)
})
