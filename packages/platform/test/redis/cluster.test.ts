import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { NO_WRITE, partitionOf } from '@millrace/core'
import { testStateStore } from '@millrace/testkit'
import { connectRedis, reachRedis } from '../../src/redis/connect.ts'
import { connectOnlineRedis } from '../../src/redis/connect-online.ts'
import type { RedisClient } from '../../src/redis/connection.ts'
import { partitionsKey } from '../../src/redis/keys.ts'
import { RedisStateReader } from '../../src/redis/state-reader.ts'
import { RedisStateStore } from '../../src/redis/state-store.ts'
import { startCluster } from './start-redis.ts'

const cluster = await startCluster({ masters: 3, replicas: 0 })
const PARTITIONS = 24

async function connect(t: TestContext): Promise<RedisClient> {
  const client = connectRedis(cluster.url)
  t.after(() => client.disconnect())
  await reachRedis(client)
  return client
}

function storeIn(client: RedisClient, namespace: string, stage = 'stage'): RedisStateStore {
  return new RedisStateStore(client, { namespace, stage, stateTtl: 60_000 })
}

testStateStore('Redis Cluster', async t => {
  const client = await connect(t)
  const namespace = randomUUID()
  return stage => storeIn(client, namespace, stage)
})

test('partitions of all nodes are written and read at once', async t => {
  const client = await connect(t)
  const store = storeIn(client, randomUUID())
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition)
  const pairs = await Promise.all(partitions.map(partition => writeOne(store, partition)))
  assert.deepStrictEqual(await store.pairs(partitions), pairs)
  const states = await Promise.all(
    partitions.map(partition => store.read(partition, pairs[partition]!, ['a'])),
  )
  assert.deepStrictEqual(
    states,
    partitions.map(partition => [Buffer.of(partition)]),
  )
  assert.deepStrictEqual(await store.watermarks('stage', PARTITIONS), partitions)
})

test('entities of all nodes are read at once', async t => {
  const client = await connect(t)
  const namespace = randomUUID()
  await client.hset(partitionsKey(namespace), 'stage', PARTITIONS)
  const store = storeIn(client, namespace)
  const entities = Array.from({ length: 100 }, (_, i) => `entity-${i}`)
  const written = Map.groupBy(entities, entity => partitionOf(entity, PARTITIONS))
  for (const [partition, keys] of written) {
    const states = new Map(keys.map(key => [key, Buffer.from(key)]))
    await store.write(partition, { follows: NO_WRITE, id: 'w1', checkpoint: '', watermark: 0, states })
  }
  const online = connectOnlineRedis(cluster.url, { commandTimeout: 10_000 })
  t.after(() => online.disconnect())
  await reachRedis(online)
  const requests = entities.map(entity => ({ view: 'stage', entity }))
  const read = await new RedisStateReader(online, namespace).read(requests)
  assert.deepStrictEqual(read.map(String), entities)
})

test('nodes that forgot the scripts learn them again', async t => {
  const store = storeIn(await connect(t), randomUUID())
  for (const partition of [0, 1, 2, 3, 4, 5]) await writeOne(store, partition)
  for (const { admin } of cluster.nodes) await admin.script('FLUSH')
  for (const partition of [0, 1, 2, 3, 4, 5]) {
    const { pair } = await store.load(partition)
    assert.deepStrictEqual(await store.read(partition, pair, ['a']), [Buffer.of(partition)])
    await writeOne(store, partition + 6)
  }
})

test('a cluster of which one node may evict keys is refused', async t => {
  const client = await connect(t)
  const { admin } = cluster.nodes[2]!
  await admin.config('SET', 'maxmemory-policy', 'volatile-lru')
  t.after(() => admin.config('SET', 'maxmemory-policy', 'noeviction'))
  await assert.rejects(reachRedis(client), {
    code: 'EVICTION_ENABLED',
    message: 'Redis may evict keys (maxmemory-policy volatile-lru): set it to noeviction.',
  })
})

test('the login of the address is that of every node', async t => {
  const password = 'p@ss,word'
  for (const { admin } of cluster.nodes) await admin.config('SET', 'requirepass', password)
  t.after(() => Promise.all(cluster.nodes.map(({ admin }) => admin.config('SET', 'requirepass', ''))))
  const stranger = connectRedis(cluster.url)
  t.after(() => stranger.disconnect())
  await assert.rejects(reachRedis(stranger), { code: 'STORE_UNAVAILABLE' })
  const client = connectRedis(cluster.url.replace('://', `://:${encodeURIComponent(password)}@`))
  t.after(() => client.disconnect())
  await reachRedis(client)
  const store = storeIn(client, randomUUID())
  await Promise.all([0, 1, 2, 3, 4, 5].map(partition => writeOne(store, partition)))
})

test('a cluster of which nobody answers is STORE_UNAVAILABLE, at once once it was tried', async t => {
  const client = connectRedis('redis+cluster://127.0.0.1:1,127.0.0.1:2')
  t.after(() => client.disconnect())
  await assert.rejects(reachRedis(client), { code: 'STORE_UNAVAILABLE' })
  await assert.rejects(storeIn(client, randomUUID()).load(0), { code: 'STORE_UNAVAILABLE' })
})

async function writeOne(store: RedisStateStore, partition: number) {
  const states = new Map([['a', Uint8Array.of(partition)]])
  const write = { follows: NO_WRITE, id: 'w1', checkpoint: '', watermark: partition, states }
  const pair = await store.write(partition, write)
  assert.notEqual(pair, 'refused')
  return pair as Exclude<typeof pair, 'refused'>
}
