import assert from 'node:assert/strict'
import { test } from 'node:test'
import { positionOf } from '@millrace/core'
import type { KafkaMessage } from 'kafkajs'
import { createReaders, type RunListener } from '../../src/watch/readers.ts'
import { pipeline, predictionOf } from '../fixtures.ts'

function message(value: unknown, headers: Record<string, string> = {}): KafkaMessage {
  const bytes = value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  const encoded = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])
  return {
    key: null,
    value: bytes,
    headers: Object.fromEntries(encoded),
    timestamp: '0',
    attributes: 0,
    offset: '0',
  }
}

function listen(): {
  readonly heard: unknown[][]
  readonly read: (topic: string, record: KafkaMessage) => void
} {
  const heard: unknown[][] = []
  const listener: RunListener = {
    predicted: ({ id }) => heard.push(['predicted', id]),
    labelled: (id, isPositive) => heard.push(['labelled', id, isPositive]),
    deadLettered: (type, origin, reason) => heard.push(['dead-lettered', type.name, origin, reason]),
    judged: ({ level }) => heard.push(['judged', level]),
    retrainingRequested: ({ episode }) => heard.push(['requested', episode]),
  }
  const readers = createReaders(pipeline, listener)
  return { heard, read: (topic, record) => readers.get(topic)!(record) }
}

test('each topic is read as what it holds', () => {
  const { heard, read } = listen()
  read('small.predictions', message(predictionOf('a')))
  read('outcomes', message({ paymentId: 'a', isFraud: true }))
  read('small.drift', message({ level: 'stable' }))
  read('small.retraining', message({ episode: 'e' }))
  assert.deepStrictEqual(heard, [
    ['predicted', 'a'],
    ['labelled', 'a', true],
    ['judged', 'stable'],
    ['requested', 'e'],
  ])
})

test('a decision that was asked for is none of the stream, though it stands in the same topic', () => {
  const { heard, read } = listen()
  const { origin: _, parent: __, ...decision } = predictionOf('a')
  read('small.predictions', message({ ...decision, via: 'request', decidedAt: 0 }))
  read('small.predictions', message({ ...decision, via: 'request', decidedAt: 0, score: null, model: null }))
  read('small.predictions', message(predictionOf('a')))
  assert.deepStrictEqual(heard, [['predicted', 'a']])
})

test('what others write to a raw topic is passed over', () => {
  const { heard, read } = listen()
  for (const value of [null, 'no JSON', '17', { paymentId: 5, isFraud: true }, { paymentId: 'a' }])
    read('outcomes', message(value))
  assert.deepStrictEqual(heard, [])
})

test('a dead letter is told once, however often it is repeated', () => {
  const { heard, read } = listen()
  const letter = (partition: string, offset: string, epoch?: string): KafkaMessage =>
    message(null, {
      ...(epoch === undefined ? {} : { 'millrace-epoch': epoch }),
      'millrace-partition': partition,
      'millrace-offset': offset,
      'millrace-reason': 'NULL_VALUE',
    })
  for (const [partition, offset, epoch] of [
    ['0', '4'],
    ['0', '7'],
    ['0', '4'],
    ['0', '7'],
    ['1', '4'],
    ['0', '2', '1'],
    ['0', '7'],
  ])
    read('payments.dlq', letter(partition!, offset!, epoch))
  assert.deepStrictEqual(
    heard,
    [
      { partition: 0, offset: 4 },
      { partition: 0, offset: 7 },
      { partition: 1, offset: 4 },
      { partition: 0, offset: positionOf(1, 2) },
    ].map(origin => ['dead-lettered', 'payment', origin, 'NULL_VALUE']),
  )
})
