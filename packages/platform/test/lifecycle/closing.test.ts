import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Closing, type ClosingStep } from '../../src/lifecycle/closing.ts'

test('parts are let go of one after the other, and what remains is known', async () => {
  const seen: (readonly string[])[] = []
  const step = (name: string, parts?: readonly string[]): ClosingStep => ({
    name,
    close: async () => void seen.push(closing.remaining),
    ...(parts && { remaining: () => parts }),
  })
  const closing: Closing = new Closing([step('stages', ['score', 'drift']), step('requests')])
  await closing.run()
  assert.deepStrictEqual(seen, [['stages (score, drift)', 'requests'], ['requests']])
  assert.deepStrictEqual(closing.remaining, [])
})

test('a part that fails keeps none of the others open, and its error is told in the end', async () => {
  const closed: string[] = []
  const closing = new Closing([
    { name: 'stages', close: () => Promise.reject(new Error('no write')) },
    { name: 'requests', close: async () => void closed.push('requests') },
  ])
  await assert.rejects(closing.run(), { message: 'no write' })
  assert.deepStrictEqual(closed, ['requests'])
})
