import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../src/index.ts'

test('a manual clock stands still until it is moved', () => {
  const clock = new ManualClock(1_000)
  assert.deepStrictEqual([clock.now(), clock.now()], [1_000, 1_000])
  clock.advance(250)
  assert.equal(clock.now(), 1_250)
})
