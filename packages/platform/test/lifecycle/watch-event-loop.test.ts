import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Checks, judge } from '../../src/lifecycle/checks.ts'
import { watchEventLoop } from '../../src/lifecycle/watch-event-loop.ts'

test('a turn of the event loop that takes too long is noticed, and forgotten after the next one in time', async () => {
  const checks = new Checks()
  const fault = () => judge(checks.list()).reasons[0]
  watchEventLoop(checks, 200)
  assert.equal(fault(), undefined)
  const busyUntil = performance.now() + 1_400
  while (performance.now() < busyUntil);
  while (fault() === undefined) await delay(10)
  assert.match(fault()!, /^event-loop: a turn came \d+ ms late$/)
  while (fault() !== undefined) await delay(10)
})
