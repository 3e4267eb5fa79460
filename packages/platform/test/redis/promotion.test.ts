import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { connectRedis, reachRedis } from '../../src/redis/connect.ts'
import { RedisStateStore } from '../../src/redis/state-store.ts'
import { BATCH, countThrough, PARTITIONS } from './counted-log.ts'
import { cutReplication } from './lossy-replica.ts'
import { type Door, openDoor } from './movable-door.ts'
import { isLinked } from './redis-cluster.ts'
import { type RedisNode, startRedisNodes } from './redis-nodes.ts'
import { until } from './until.ts'

interface Pair {
  readonly master: RedisNode
  readonly replica: RedisNode
  readonly door: Door
  readonly store: RedisStateStore
}

/** One Redis with a replica, and a store that knows the name of the master only. */
async function start(t: TestContext): Promise<Pair> {
  const { nodes, stop } = await startRedisNodes(2)
  t.after(stop)
  const [master, replica] = nodes as readonly [RedisNode, RedisNode]
  await replica.admin.replicaof('127.0.0.1', master.port)
  await until(() => isLinked(replica.admin))
  const door = await openDoor(t, master.port)
  const client = connectRedis(`redis://127.0.0.1:${door.port}`)
  t.after(() => client.disconnect())
  await reachRedis(client)
  const store = new RedisStateStore(client, { namespace: 'one.v1', stage: 'counting', stateTtl: 600_000 })
  return { master, replica, door, store }
}

test('a master dies and a replica without its last writes is promoted: nothing is lost or doubled', async t => {
  const { master, replica, door, store } = await start(t)
  const { repeats } = await countThrough(t, store, {
    8: () => cutReplication(master, replica),
    14: async () => {
      door.leadTo(replica.port)
      await master.kill()
      await replica.admin.replicaof('NO', 'ONE')
    },
  })
  assert.equal(repeats, 7 * BATCH * PARTITIONS)
})

test('a master that became a replica is left for its successor', async t => {
  const { master, replica, door, store } = await start(t)
  const { noticed } = await countThrough(t, store, {
    8: async () => {
      await replica.admin.replicaof('NO', 'ONE')
      await master.admin.replicaof('127.0.0.1', replica.port)
      door.leadTo(replica.port)
    },
  })
  assert.ok(noticed.includes('retrying STORE_UNAVAILABLE'))
})
