import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Health } from '../../src/lifecycle/health.ts'

test('a service is ready until a part says that it is not, and again when all are', () => {
  const health = new Health()
  assert.deepStrictEqual(health.state(), { ready: true, reasons: [], degraded: [] })
  health.ready('redis', false, 'connecting')
  health.ready('model', false)
  assert.deepStrictEqual(health.state(), {
    ready: false,
    reasons: ['redis: connecting', 'model: not ready'],
    degraded: [],
  })
  health.ready('redis', true)
  health.ready('model', true)
  assert.deepStrictEqual(health.state(), { ready: true, reasons: [], degraded: [] })
})

test('a service does without a part only once it had it', () => {
  const health = new Health()
  health.doWithout('kafka')
  health.ready('kafka', false, 'connecting')
  assert.deepStrictEqual(health.state(), { ready: false, reasons: ['kafka: connecting'], degraded: [] })
  health.ready('kafka', true)
  health.ready('kafka', false, 'silent', 'score')
  assert.deepStrictEqual(health.state(), { ready: true, reasons: [], degraded: ['kafka (score): silent'] })
})

test('a part is ready when all who speak of it say so', () => {
  const health = new Health()
  health.ready('kafka', false, 'silent', 'score')
  health.ready('kafka', false, 'silent', 'drift')
  health.ready('kafka', true, undefined, 'score')
  assert.deepStrictEqual(health.state().reasons, ['kafka (drift): silent'])
  health.ready('kafka', true, undefined, 'drift')
  assert.equal(health.state().ready, true)
})

test('a service that shuts down is not ready', () => {
  const health = new Health()
  health.shutDown()
  assert.deepStrictEqual([health.isShuttingDown, health.state().reasons], [true, ['shutdown: in progress']])
})
