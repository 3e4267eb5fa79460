import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cleanup } from '../../src/run/cleanup.ts'
import { Ending, INTERRUPTED } from '../../src/run/ending.ts'

test('work gives its result unless the run ends first', async () => {
  const ending = new Ending()
  assert.equal(await ending.unlessEnded(Promise.resolve(7)), 7)
  const waiting = ending.unlessEnded(new Promise(() => {}))
  ending.interrupt()
  await assert.rejects(waiting, (reason: unknown) => reason === INTERRUPTED)
})

test('the first reason of the end is the one that is told, also by work that took the signal itself', async () => {
  const ending = new Ending()
  const failure = new Error('a service ended')
  const work = new Promise((_, reject) => {
    ending.signal.addEventListener('abort', () => reject(new Error('aborted')))
  })
  const waiting = ending.unlessEnded(work)
  ending.fail(failure)
  ending.interrupt()
  await assert.rejects(waiting, failure)
  await assert.rejects(ending.unlessEnded(Promise.resolve(7)), failure)
})

test('what was opened last is closed first, and a failure keeps nothing open', async () => {
  const cleanup = new Cleanup()
  const closed: string[] = []
  cleanup.defer(() => closed.push('stack'))
  cleanup.defer(async () => {
    throw new Error('broken')
  })
  cleanup.defer(() => closed.push('services'))
  await assert.rejects(cleanup.run(), /broken/)
  assert.deepStrictEqual(closed, ['services', 'stack'])
})
