import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WakeUp } from '../../src/lifecycle/wake-up.ts'

test('a signal ends the wait, or the next one at once', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const wakeUp = new WakeUp()
  const waiting = wakeUp.wait(1_000)
  wakeUp.signal()
  await waiting
  wakeUp.signal()
  wakeUp.signal()
  await wakeUp.wait(1_000)
})

test('without a signal a wait ends after its time', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let over = false
  const waiting = new WakeUp().wait(1_000).then(() => {
    over = true
  })
  t.mock.timers.tick(999)
  await Promise.resolve()
  assert.equal(over, false)
  t.mock.timers.tick(1)
  await waiting
})
