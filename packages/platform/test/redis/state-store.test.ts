import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { NO_WRITE, type StateStore } from '@millrace/core'
import { testStateStore } from '@millrace/testkit'
import type { Redis } from 'ioredis'
import { connectRedis, reachRedis } from '../../src/redis/connect.ts'
import { RedisStateStore } from '../../src/redis/state-store.ts'
import { startRedis } from './start-redis.ts'

const url = await startRedis()

function connect(t: TestContext): Redis {
  const redis = connectRedis(url) as Redis
  t.after(() => redis.disconnect())
  return redis
}

function storeIn(redis: Redis, namespace: string, stage = 'stage', stateTtl = 60_000): StateStore {
  return new RedisStateStore(redis, { namespace, stage, stateTtl })
}

testStateStore('Redis', async t => {
  const redis = connect(t)
  const namespace = randomUUID()
  return stage => storeIn(redis, namespace, stage)
})

test('of two owners who both add to a state, every accepted write counts once', async t => {
  const namespace = randomUUID()
  const owners = [connect(t), connect(t)].map(redis => storeIn(redis, namespace))
  await Promise.all(owners.map(store => addTimes(store, 40)))
  const { pair } = await owners[0]!.load(0)
  assert.equal(pair.sequence, 80)
  assert.deepStrictEqual(await owners[1]!.read(0, pair, ['total']), [Buffer.of(80)])
})

test('a write whose connection breaks is sent again and counts once', async t => {
  const redis = connect(t)
  await redis.connect()
  const store = storeIn(redis, randomUUID())
  const writing = store.write(0, { ...BODY, follows: NO_WRITE, id: 'w1', states: totalOf(1) })
  redis.stream.destroy()
  assert.deepStrictEqual(await writing, { sequence: 1, id: 'w1' })
  assert.deepStrictEqual((await store.load(0)).pair, { sequence: 1, id: 'w1' })
})

test('a put whose connection breaks is sent again and finds what it stored', async t => {
  const redis = connect(t)
  await redis.connect()
  const store = storeIn(redis, randomUUID())
  const put = { follows: NO_WRITE, id: 'p1', keys: ['total'], values: [Uint8Array.of(1)] }
  const putting = store.putIfAbsent(0, put)
  redis.stream.destroy()
  const answer = await putting
  assert.ok(answer !== 'refused')
  assert.deepStrictEqual(await store.read(0, answer.pair, ['total']), [Buffer.of(1)])
})

test('a state that was put lives for its declared time', async t => {
  const redis = connect(t)
  const namespace = randomUUID()
  const store = storeIn(redis, namespace, 'stage', 30_000)
  await store.putIfAbsent(0, { follows: NO_WRITE, id: 'p1', keys: ['a'], values: [Uint8Array.of(1)] })
  const ttl = await redis.pttl(`{${namespace}:stage:0}:state:a`)
  assert.ok(ttl > 0 && ttl <= 30_000)
})

test('a state lives for its declared time after its last write, a checkpoint for ever', async t => {
  const redis = connect(t)
  const namespace = randomUUID()
  const store = storeIn(redis, namespace, 'stage', 30_000.4)
  await store.write(0, { ...BODY, follows: NO_WRITE, id: 'w1', states: totalOf(1) })
  const ttl = await redis.pttl(`{${namespace}:stage:0}:state:total`)
  assert.ok(ttl > 0 && ttl <= 30_000)
  assert.equal(await redis.pttl(`{${namespace}:stage:0}:checkpoint`), -1)
})

test('a Redis that does not answer is STORE_UNAVAILABLE', async t => {
  const redis = connect(t)
  redis.disconnect()
  const store = storeIn(redis, randomUUID())
  const requests = [store.load(0), store.read(0, NO_WRITE, ['a']), store.pairs([0]), store.watermarks('a', 1)]
  for (const request of await Promise.allSettled(requests)) {
    assert.equal(request.status === 'rejected' && request.reason.code, 'STORE_UNAVAILABLE')
  }
})

test('a Redis that may evict keys is refused', async t => {
  const redis = connect(t)
  await reachRedis(redis)
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
  try {
    await assert.rejects(reachRedis(redis), {
      code: 'EVICTION_ENABLED',
      message: 'Redis may evict keys (maxmemory-policy allkeys-lru): set it to noeviction.',
    })
  } finally {
    await redis.config('SET', 'maxmemory-policy', 'noeviction')
  }
})

const BODY = { checkpoint: 'body', watermark: 0 }

function totalOf(total: number): ReadonlyMap<string, Uint8Array> {
  return new Map([['total', Uint8Array.of(total)]])
}

/** Adds one to the stored total, as often as told, and begins anew whenever another came in between. */
async function addTimes(store: StateStore, times: number): Promise<void> {
  for (let added = 0; added < times; ) {
    const { pair } = await store.load(0)
    const values = await store.read(0, pair, ['total'])
    if (values === 'refused') continue
    const total = (values[0]?.[0] ?? 0) + 1
    const written = await store.write(0, { ...BODY, follows: pair, id: randomUUID(), states: totalOf(total) })
    if (written !== 'refused') added++
  }
}
