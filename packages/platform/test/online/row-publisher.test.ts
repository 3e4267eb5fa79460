import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StageOutput } from '@millrace/core'
import { RowPublisher } from '../../src/online/row-publisher.ts'

const rows = (...values: readonly number[]): StageOutput[] => values.map(value => ({ topic: 'rows', value }))

/** A publisher whose sends end when the test says so. */
function openPublisher(options: { readonly maxWaiting: number; readonly timeout?: number }) {
  const publisher = new RowPublisher(options)
  const sends: { readonly values: unknown[]; readonly end: PromiseWithResolvers<void> }[] = []
  publisher.open(sent => {
    const end = Promise.withResolvers<void>()
    sends.push({ values: sent.map(({ value }) => value), end })
    return end.promise
  })
  return { publisher, sends, values: () => sends.map(send => send.values) }
}

/** Lets everything that can go on go on. */
const settle = () => new Promise(resolve => setImmediate(resolve))

test('rows that come while a send is under way go out together by the next one, in their order', async () => {
  const { publisher, sends, values } = openPublisher({ maxWaiting: 10 })
  const first = publisher.push(rows(1, 2))
  await settle()
  const second = publisher.push(rows(3))
  const third = publisher.push(rows(4, 5))
  await settle()
  assert.deepStrictEqual(values(), [[1, 2]])
  sends[0]!.end.resolve()
  await first
  await settle()
  assert.deepStrictEqual(values(), [
    [1, 2],
    [3, 4, 5],
  ])
  sends[1]!.end.resolve()
  await Promise.all([second, third])
})

test('a caller waits until its rows are acknowledged, and no longer than that', async () => {
  const { publisher, sends } = openPublisher({ maxWaiting: 10 })
  let acknowledged = false
  const pushed = publisher.push(rows(1)).then(() => {
    acknowledged = true
  })
  await settle()
  assert.equal(acknowledged, false)
  sends[0]!.end.resolve()
  await pushed
})

test('a send that fails fails for its rows only', async () => {
  const { publisher, sends } = openPublisher({ maxWaiting: 10 })
  const lost = publisher.push(rows(1))
  await settle()
  const following = publisher.push(rows(2))
  sends[0]!.end.reject(new Error('no leader'))
  await assert.rejects(lost, { code: 'BROKER_UNAVAILABLE', cause: new Error('no leader') })
  await settle()
  sends[1]!.end.resolve()
  await following
})

test('beyond the bound of waiting rows a caller is refused at once', async () => {
  const { publisher, sends, values } = openPublisher({ maxWaiting: 2 })
  const first = publisher.push(rows(1, 2, 3))
  await settle()
  const waiting = publisher.push(rows(4, 5))
  await assert.rejects(publisher.push(rows(6)), {
    code: 'BROKER_UNAVAILABLE',
    message: 'Too many rows wait for Kafka: try again.',
  })
  sends[0]!.end.resolve()
  await first
  await settle()
  sends[1]!.end.resolve()
  await waiting
  assert.deepStrictEqual(values(), [
    [1, 2, 3],
    [4, 5],
  ])
})

test('a caller gives up after the timeout, and a send that ends later harms nobody', async () => {
  const { publisher, sends } = openPublisher({ maxWaiting: 10, timeout: 1 })
  await assert.rejects(publisher.push(rows(1)), {
    code: 'BROKER_UNAVAILABLE',
    message: 'Kafka does not take rows: try again.',
  })
  sends[0]!.end.reject(new Error('late'))
  await settle()
})

test('before the connection is there rows are refused', async () => {
  await assert.rejects(new RowPublisher({ maxWaiting: 10 }).push(rows(1)), {
    code: 'BROKER_UNAVAILABLE',
    message: 'The connection to Kafka is not there yet: try again.',
  })
})
