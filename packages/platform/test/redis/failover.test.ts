import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { NO_WRITE, partitionOf } from '@millrace/core'
import { connectRedis, reachRedis } from '../../src/redis/connect.ts'
import { connectOnlineRedis } from '../../src/redis/connect-online.ts'
import type { RedisClient } from '../../src/redis/connection.ts'
import { checkpointKey, partitionsKey } from '../../src/redis/keys.ts'
import { RedisStateReader } from '../../src/redis/state-reader.ts'
import { RedisStateStore } from '../../src/redis/state-store.ts'
import { BATCH, countThrough, PARTITIONS } from './counted-log.ts'
import { cutReplication } from './lossy-replica.ts'
import { type RedisCluster, startRedisCluster } from './redis-cluster.ts'
import type { RedisNode } from './redis-nodes.ts'
import { until } from './until.ts'

const NAMESPACE = 'failover.v1'
const STAGE = 'counting'

interface Started extends RedisCluster {
  readonly client: RedisClient
  readonly store: RedisStateStore
}

/** Three masters, of which the first has a replica. */
async function start(t: TestContext): Promise<Started> {
  const cluster = await startRedisCluster({ masters: 3, replicas: 1 })
  t.after(cluster.stop)
  const client = connectRedis(cluster.url)
  t.after(() => client.disconnect())
  await reachRedis(client)
  const store = new RedisStateStore(client, { namespace: NAMESPACE, stage: STAGE, stateTtl: 600_000 })
  return { ...cluster, client, store }
}

/** The partitions whose states a node holds. */
async function partitionsOn({ nodes }: RedisCluster, place: number): Promise<number> {
  const keys = Array.from({ length: PARTITIONS }, (_, i) => checkpointKey(NAMESPACE, STAGE, i))
  const held = await Promise.all(keys.map(key => nodes[place]!.admin.exists(key).catch(() => 0)))
  return held.filter(count => count === 1).length
}

test('a master dies, its replica takes over without the last writes, and nothing is lost or doubled', async t => {
  const noticed = await countThroughFailover(t, master => master.kill())
  assert.ok(noticed.includes('retrying STORE_UNAVAILABLE'))
})

test('a master stands still, its replica takes over, and nothing is lost or doubled', async t => {
  const noticed = await countThroughFailover(t, master => master.signal('SIGSTOP'))
  assert.ok(noticed.includes('refused'))
})

/** Counts while the first master is lost, of whose last writes its replica knows nothing. Answers what was noticed. */
async function countThroughFailover(
  t: TestContext,
  lose: (master: RedisNode) => Promise<void> | void,
): Promise<readonly string[]> {
  const cluster = await start(t)
  const [master, , , replica] = cluster.nodes
  let held = 0
  const { noticed, repeats } = await countThrough(t, cluster.store, {
    8: () => cutReplication(master!, replica!),
    14: async () => {
      held = await partitionsOn(cluster, 0)
      await cluster.giveUpSilentNodes()
      await lose(master!)
    },
  })
  assert.ok(held > 0 && held < PARTITIONS)
  assert.equal(await partitionsOn(cluster, 3), held)
  // The replica never heard of the writes of the rounds 8 to 13, and the 14th had none.
  assert.ok(repeats >= 7 * BATCH * held, `${repeats} outputs came again, ${held} partitions had been lost`)
  return noticed
}

test('a waiting caller is told soon that a master is gone, and reads from the replica once it took over', async t => {
  const cluster = await start(t)
  const [master] = cluster.nodes
  const online = connectOnlineRedis(cluster.url)
  t.after(() => online.disconnect())
  await reachRedis(online)
  const entities = Array.from({ length: 40 }, (_, i) => ({ view: STAGE, entity: `e-${i}` }))
  await writeEntities(cluster, entities)
  const reader = new RedisStateReader(online, NAMESPACE)
  const read = async (): Promise<string> => (await reader.read(entities)).map(String).join()
  const whole = entities.map(({ entity }) => entity).join()
  assert.equal(await read(), whole)
  await cluster.giveUpSilentNodes()
  await master!.kill()
  await assert.rejects(read(), { code: 'STORE_UNAVAILABLE' })
  await until(async () => (await read().catch(() => '')) === whole)
})

/** Writes a state for each entity, and waits until the first master's replica has them as well. */
async function writeEntities(
  { store, nodes, client }: Started,
  entities: readonly { readonly entity: string }[],
): Promise<void> {
  await client.hset(partitionsKey(NAMESPACE), STAGE, PARTITIONS)
  for (const [partition, own] of Map.groupBy(entities, ({ entity }) => partitionOf(entity, PARTITIONS))) {
    const states = new Map(own.map(({ entity }) => [entity, Buffer.from(entity)]))
    await store.write(partition, { follows: NO_WRITE, id: 'w1', checkpoint: '', watermark: 0, states })
  }
  const offsetOf = async (place: number): Promise<string | undefined> =>
    /master_repl_offset:(\d+)/.exec(await nodes[place]!.admin.info('replication'))?.[1]
  await until(async () => (await offsetOf(0)) === (await offsetOf(3)))
}
