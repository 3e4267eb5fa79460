import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { quietQueues } from '../../src/kafka/quiet-queues.ts'

interface RequestQueue {
  throttledUntil: number
  readonly throttleCheckTimeoutId: NodeJS.Timeout | null
  push(request: object): void
  checkPendingRequests(): void
  scheduleRequestTimeoutCheck(): void
  destroy(): void
}

const Queue: new (options: object) => RequestQueue = createRequire(import.meta.url)(
  'kafkajs/src/network/requestQueue',
)

function newQueue(options: object = {}): RequestQueue {
  const logger = { namespace: () => logger, debug() {}, warn() {} }
  const settings = { requestTimeout: 1_000, enforceRequestTimeout: true, maxInFlightRequests: null }
  return new Queue({ ...settings, clientId: 'c', broker: 'b', logger, ...options })
}

test('a queue in which nothing waits sets no timer', () => {
  quietQueues()
  const queue = newQueue()
  queue.checkPendingRequests()
  assert.equal(queue.throttleCheckTimeoutId, null)
})

test('a request that waits for the end of a throttling is sent when that is over', async () => {
  quietQueues()
  quietQueues()
  const queue = newQueue()
  queue.throttledUntil = Date.now() + 20
  const { promise, resolve } = Promise.withResolvers<void>()
  const entry = { correlationId: 1, resolve() {}, reject() {} }
  queue.push({ entry, expectResponse: false, requestTimeout: null, sendRequest: resolve })
  assert.notEqual(queue.throttleCheckTimeoutId, null)
  await promise
  assert.ok(Date.now() >= queue.throttledUntil)
  assert.equal(queue.throttleCheckTimeoutId, null)
})

test('a request whose time is over is given up within a second', t => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'] })
  quietQueues()
  const queue = newQueue()
  queue.scheduleRequestTimeoutCheck()
  const rejected = t.mock.fn()
  const entry = { correlationId: 1, resolve() {}, reject: rejected }
  queue.push({ entry, expectResponse: true, requestTimeout: null, sendRequest() {} })
  t.mock.timers.tick(1_000)
  assert.equal(rejected.mock.callCount(), 0)
  t.mock.timers.tick(1_000)
  assert.equal(rejected.mock.callCount(), 1)
  queue.destroy()
})

test('a connection that has gone is not looked at any more', t => {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'] })
  quietQueues()
  const isConnected = t.mock.fn(() => false)
  const queue = newQueue({ isConnected })
  queue.scheduleRequestTimeoutCheck()
  t.mock.timers.tick(3_000)
  assert.equal(isConnected.mock.callCount(), 1)
})
