import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { quietQueues } from '../../src/kafka/quiet-queues.ts'

interface RequestQueue {
  throttledUntil: number
  readonly throttleCheckTimeoutId: NodeJS.Timeout | null
  push(request: object): void
  checkPendingRequests(): void
  destroy(): void
}

const Queue: new (options: object) => RequestQueue = createRequire(import.meta.url)(
  'kafkajs/src/network/requestQueue',
)

function newQueue(): RequestQueue {
  const logger = { namespace: () => logger, debug() {}, warn() {} }
  return new Queue({ requestTimeout: 1_000, maxInFlightRequests: null, clientId: 'c', broker: 'b', logger })
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
