import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Health } from '../../src/lifecycle/health.ts'

test('a service is ready until a part says that it is not, and again when all are', () => {
  const health = new Health()
  assert.deepStrictEqual(health.state(), { ready: true, reasons: [] })
  health.ready('redis', false, 'connecting')
  health.ready('model', false)
  assert.deepStrictEqual(health.state(), { ready: false, reasons: ['redis: connecting', 'model: not ready'] })
  health.ready('redis', true)
  health.ready('model', true)
  assert.deepStrictEqual(health.state(), { ready: true, reasons: [] })
})
