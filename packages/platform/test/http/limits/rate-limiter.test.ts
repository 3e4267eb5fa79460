import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachSeed } from '@millrace/testkit'
import type { Caller, Rate } from '../../../src/http/auth/caller.ts'
import { RateLimiter } from '../../../src/http/limits/rate-limiter.ts'

function callerOf(id: string, rate?: Rate): Caller {
  return { kind: 'key', id, scopes: new Set(), ...(rate && { rate }) }
}

function takes(limiter: RateLimiter, caller: Caller, nowMs: number): boolean {
  try {
    limiter.take(caller, nowMs)
    return true
  } catch {
    return false
  }
}

test('a burst is let in at once, then requests at the rate', () => {
  const limiter = new RateLimiter({ rate: { perSecond: 2, burst: 3 } })
  const times = [0, 0, 0, 0, 499, 500, 501, 1_000, 10_000, 10_000, 10_000, 10_000]
  const taken = times.map(time => takes(limiter, callerOf('a'), time))
  assert.deepStrictEqual(taken, [true, true, true, false, false, true, false, true, true, true, true, false])
})

test('who is turned away is told after how many seconds to come again', () => {
  const limiter = new RateLimiter({ rate: { perSecond: 0.4 } })
  limiter.take(callerOf('a'), 0)
  assert.throws(() => limiter.take(callerOf('a'), 100), {
    code: 'RATE_LIMITED',
    message: 'Too many requests: try again in 3 s.',
    details: { retryAfterS: 3 },
  })
})

test('callers do not take from each other, and a caller of the same id by another kind of proof is another', () => {
  const limiter = new RateLimiter({ rate: { perSecond: 1 } })
  const token: Caller = { ...callerOf('a'), kind: 'token' }
  assert.deepStrictEqual(
    [callerOf('a'), callerOf('b'), token, callerOf('a')].map(caller => takes(limiter, caller, 0)),
    [true, true, true, false],
  )
})

test("a caller's own rate goes before that of everybody, and without either nobody is limited", () => {
  const limiter = new RateLimiter({})
  for (let i = 0; i < 1_000; i++) limiter.take(callerOf('a'), 0)
  assert.equal(limiter.size, 0)
  const rate = { perSecond: 2 }
  assert.deepStrictEqual(
    [0, 0, 0].map(time => takes(limiter, callerOf('b', rate), time)),
    [true, true, false],
  )
})

test('the memory for callers is bounded, and those whose buckets are full are forgotten first', () => {
  const limiter = new RateLimiter({ rate: { perSecond: 1 }, maxCallers: 3 })
  for (const id of ['a', 'b']) limiter.take(callerOf(id), 0)
  limiter.take(callerOf('c'), 900)
  limiter.take(callerOf('d'), 1_500)
  assert.equal(limiter.size, 2)
  for (let i = 0; i < 100; i++) limiter.take(callerOf(`other-${i}`), 1_500)
  assert.equal(limiter.size, 3)
})

test('a token bucket that is filled step by step decides the same', () =>
  forEachSeed(200, random => {
    const [intervalMs, burst] = [random.pick([1, 5, 20, 100, 250]), random.integer(1, 20)]
    const limiter = new RateLimiter({ rate: { perSecond: 1_000 / intervalMs, burst } })
    let [now, filledMs] = [0, burst * intervalMs]
    for (let i = 0; i < 200; i++) {
      const elapsed = random.integer(0, 2 * intervalMs)
      now += elapsed
      filledMs = Math.min(burst * intervalMs, filledMs + elapsed)
      const isIn = filledMs >= intervalMs
      if (isIn) filledMs -= intervalMs
      assert.equal(takes(limiter, callerOf('a'), now), isIn)
    }
  }))
