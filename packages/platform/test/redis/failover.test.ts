import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { connectRedis, reachRedis } from '../../src/redis/connect.ts'
import { checkpointKey } from '../../src/redis/keys.ts'
import { RedisStateStore } from '../../src/redis/state-store.ts'
import { BATCH, countThrough, PARTITIONS } from './counted-log.ts'
import { cutReplication } from './lossy-replica.ts'
import { type RedisCluster, startRedisCluster } from './redis-cluster.ts'

const NAMESPACE = 'failover.v1'
const STAGE = 'counting'

/** Three masters, of which the first has a replica. */
async function start(t: TestContext): Promise<RedisCluster & { store: RedisStateStore }> {
  const cluster = await startRedisCluster({ masters: 3, replicas: 1, nodeTimeout: 1_000 })
  t.after(cluster.stop)
  const client = connectRedis(cluster.url)
  t.after(() => client.disconnect())
  await reachRedis(client)
  const store = new RedisStateStore(client, { namespace: NAMESPACE, stage: STAGE, stateTtl: 600_000 })
  return { ...cluster, store }
}

/** The partitions whose states a node holds. */
async function partitionsOn({ nodes }: RedisCluster, place: number): Promise<number> {
  const keys = Array.from({ length: PARTITIONS }, (_, i) => checkpointKey(NAMESPACE, STAGE, i))
  const held = await Promise.all(keys.map(key => nodes[place]!.admin.exists(key).catch(() => 0)))
  return held.filter(count => count === 1).length
}

test('a master dies, its replica takes over without the last writes, and nothing is lost or doubled', async t => {
  const cluster = await start(t)
  const [master, , , replica] = cluster.nodes
  let held = 0
  const { noticed, repeats } = await countThrough(t, cluster.store, {
    8: () => cutReplication(master!, replica!),
    14: async () => {
      held = await partitionsOn(cluster, 0)
      await master!.kill()
    },
  })
  assert.ok(held > 0 && held < PARTITIONS)
  assert.equal(await partitionsOn(cluster, 3), held)
  assert.ok(noticed.includes('retrying STORE_UNAVAILABLE'))
  // The replica never heard of the writes of the rounds 8 to 13, and the 14th had none.
  assert.ok(repeats >= 7 * BATCH * held, `${repeats} outputs came again, ${held} partitions had been lost`)
})

test('a master stands still, its replica takes over, and nothing is lost or doubled', async t => {
  const cluster = await start(t)
  const [master, , , replica] = cluster.nodes
  const { noticed } = await countThrough(t, cluster.store, {
    8: () => cutReplication(master!, replica!),
    14: () => master!.signal('SIGSTOP'),
  })
  assert.ok(noticed.includes('refused'))
  master!.signal('SIGCONT')
})
