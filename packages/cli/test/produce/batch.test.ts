import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partitionOf } from '@millrace/core'
import { Batch } from '../../src/produce/batch.ts'
import { outcome, payment } from '../fixtures.ts'

const PARTITIONS = new Map([
  ['payments', 3],
  ['outcomes', 2],
])

const event = (card: unknown, at = 1): { readonly card: unknown; readonly at: number } => ({ card, at })

test('events are JSON, keyed, and stand in the partition of their key', () => {
  const batch = new Batch(payment, PARTITIONS)
  batch.add({ type: payment, event: event('ä'), eventTime: 1 })
  batch.add({ type: outcome, event: event('b'), eventTime: 1 })
  assert.deepStrictEqual(batch.topicMessages(), [
    {
      topic: 'payments',
      messages: [
        { partition: partitionOf('ä', 3), key: Buffer.from('ä'), value: Buffer.from('{"card":"ä","at":1}') },
      ],
    },
    {
      topic: 'outcomes',
      messages: [
        { partition: partitionOf('b', 2), key: Buffer.from('b'), value: Buffer.from('{"card":"b","at":1}') },
      ],
    },
  ])
})

test('an event whose key is no text goes to partition 0 without a key', () => {
  const batch = new Batch(payment, PARTITIONS)
  batch.add({ type: payment, event: event(17), eventTime: 1 })
  const [{ messages } = { messages: [] }] = batch.topicMessages()
  assert.deepStrictEqual(messages, [{ partition: 0, value: Buffer.from('{"card":17,"at":1}') }])
})

test('scored events are found where they went, past the records without a value', () => {
  const batch = new Batch(payment, PARTITIONS)
  const events = [event(1), event(2), event(3)]
  batch.add({ type: payment, event: events[0]!, eventTime: 1 })
  batch.addToAll({ 'millrace-watermark': '5' })
  batch.add({ type: outcome, event: event(9), eventTime: 1 })
  batch.add({ type: payment, event: events[1]!, eventTime: 1 })
  batch.add({ type: payment, event: events[2]!, eventTime: 1 })
  assert.equal(batch.size, 9)
  const acknowledged = [
    { topicName: 'outcomes', partition: 0, errorCode: 0, baseOffset: '900' },
    { topicName: 'payments', partition: 0, errorCode: 0, baseOffset: '100' },
  ]
  assert.deepStrictEqual(batch.sentEvents(acknowledged), [
    { partition: 0, offset: 100, event: events[0] },
    { partition: 0, offset: 102, event: events[1] },
    { partition: 0, offset: 103, event: events[2] },
  ])
})

test('a batch is full by its records or by its bytes', () => {
  const byRecords = new Batch(payment, PARTITIONS)
  for (let i = 0; i < 999; i++) byRecords.add({ type: payment, event: event('a'), eventTime: 1 })
  assert.equal(byRecords.isFull, false)
  byRecords.add({ type: payment, event: event('a'), eventTime: 1 })
  assert.equal(byRecords.isFull, true)
  const byBytes = new Batch(payment, PARTITIONS)
  byBytes.add({ type: payment, event: event('a'.repeat(1_000_000)), eventTime: 1 })
  assert.equal(byBytes.isFull, true)
})
