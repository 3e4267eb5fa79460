import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Redis } from 'ioredis'
import { recordPartitions } from '../../src/stage/record-partitions.ts'
import { readerOf } from '../kafka/fake-topics.ts'

const STAGE = { namespace: 'shop.v1', stage: { name: 'card' }, inputs: [{ topic: 'a' }, { topic: 'b' }] }

/** The hash commands that are used, on a map. */
function redisOf(hash = new Map<string, string>()): Redis {
  return {
    hsetnx: async (key: string, field: string, value: number) => {
      if (!hash.has(`${key}/${field}`)) hash.set(`${key}/${field}`, String(value))
    },
    hget: async (key: string, field: string) => hash.get(`${key}/${field}`) ?? null,
  } as unknown as Redis
}

test('the partition count of a stage is recorded once for its namespace', async () => {
  const hash = new Map<string, string>()
  const topicReader = readerOf({ a: 4, b: 4, other: 7 })
  await recordPartitions(STAGE, { topicReader, redis: redisOf(hash) })
  await recordPartitions(STAGE, { topicReader, redis: redisOf(hash) })
  assert.deepStrictEqual([...hash], [['{shop.v1}:partitions/card', '4']])
})

test('topics with another count than recorded, or than each other, are refused', async () => {
  const recorded = redisOf(new Map([['{shop.v1}:partitions/card', '3']]))
  await assert.rejects(recordPartitions(STAGE, { topicReader: readerOf({ a: 4, b: 4 }), redis: recorded }), {
    code: 'PARTITIONS_CHANGED',
    details: { topic: 'a', count: 4, recorded: 3 },
  })
  await assert.rejects(recordPartitions(STAGE, { topicReader: readerOf({ a: 4, b: 2 }), redis: redisOf() }), {
    code: 'PARTITIONS_CHANGED',
    details: { topic: 'b', count: 2, recorded: 4 },
  })
})

test('a topic that Kafka has not is refused, and nothing recorded', async () => {
  const hash = new Map<string, string>()
  await assert.rejects(recordPartitions(STAGE, { topicReader: readerOf({ a: 4 }), redis: redisOf(hash) }), {
    code: 'TOPIC_MISSING',
    details: { missing: ['b'] },
  })
  assert.equal(hash.size, 0)
})

test('a Redis that does not answer is STORE_UNAVAILABLE', async () => {
  const redis = { hsetnx: () => Promise.reject(new Error('connection lost')) } as unknown as Redis
  await assert.rejects(recordPartitions(STAGE, { topicReader: readerOf({ a: 1, b: 1 }), redis }), {
    code: 'STORE_UNAVAILABLE',
  })
})
