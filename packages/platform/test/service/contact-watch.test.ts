import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { ContactWatch } from '../../src/service/contact-watch.ts'

test('silence is told once, and the next sign of life once', async t => {
  const told: string[] = []
  const watch = new ContactWatch(0, { lost: () => told.push('lost'), found: () => told.push('found') })
  t.after(() => watch.stop())
  while (told.length === 0) await delay(10)
  watch.heard()
  watch.heard()
  assert.deepStrictEqual(told, ['lost', 'found'])
})

test('signs of life are no silence', async t => {
  const told: string[] = []
  t.mock.timers.enable({ apis: ['setInterval'] })
  const watch = new ContactWatch(60_000, { lost: () => told.push('lost'), found: () => told.push('found') })
  t.after(() => watch.stop())
  watch.heard()
  t.mock.timers.tick(5_000)
  assert.deepStrictEqual(told, [])
})
