import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kafka } from 'kafkajs'
import { TopicReader } from '../../src/kafka/topic-reader.ts'
import { readerOf } from './fake-topics.ts'

test('partition counts and offsets are those of the topics asked for', async () => {
  const reader = readerOf({ a: 2, b: 1 })
  assert.deepStrictEqual(
    await reader.partitionCounts(['b', 'a']),
    new Map([
      ['b', 1],
      ['a', 2],
    ]),
  )
  const range = { low: 2, high: 12 }
  assert.deepStrictEqual(
    await reader.offsets('a'),
    new Map([
      [0, range],
      [1, range],
    ]),
  )
})

test('a topic that Kafka has not is TOPIC_MISSING', async () => {
  await assert.rejects(readerOf({ a: 1 }).partitionCounts(['a', 'b', 'c']), {
    code: 'TOPIC_MISSING',
    details: { missing: ['b', 'c'] },
  })
})

test('questions are asked one after another, and one that fails does not stop the next', async () => {
  const answers = [Promise.withResolvers<never[]>(), Promise.withResolvers<never[]>()]
  const asked: string[] = []
  const fetchTopicOffsets = (topic: string): Promise<never[]> => answers[asked.push(topic) - 1]!.promise
  const reader = new TopicReader({ admin: () => ({ fetchTopicOffsets }) } as unknown as Kafka)

  const first = assert.rejects(reader.offsets('a'), { code: 'BROKER_UNAVAILABLE' })
  const second = reader.offsets('b')
  await new Promise(resolve => setImmediate(resolve))
  assert.deepStrictEqual(asked, ['a'])
  answers[0]!.reject(new Error('connection lost'))
  await first
  answers[1]!.resolve([])
  assert.deepStrictEqual([await second, asked], [new Map(), ['a', 'b']])
})
