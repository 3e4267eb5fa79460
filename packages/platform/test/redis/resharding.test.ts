import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { NO_WRITE } from '@millrace/core'
import { connectRedis, reachRedis } from '../../src/redis/connect.ts'
import { checkpointKey } from '../../src/redis/keys.ts'
import { RedisStateStore } from '../../src/redis/state-store.ts'
import { countThrough, PARTITIONS } from './counted-log.ts'
import { SlotMove } from './slot-move.ts'
import { startCluster } from './start-redis.ts'

const cluster = await startCluster({ masters: 3, replicas: 0 })

test('slots move to other masters under a stage at work, which tries again until they are there', async t => {
  const client = connectRedis(cluster.url)
  t.after(() => client.disconnect())
  await reachRedis(client)
  const place = { namespace: 'moved.v1', stage: 'counting' }
  const moves = await movesOf(place.namespace, place.stage)
  assert.ok(moves.length >= 2)
  const each = (step: (move: SlotMove) => Promise<void>): Promise<unknown> => Promise.all(moves.map(step))
  const moveSlots = async (): Promise<void> => {
    for (const most of [3, 100]) {
      await delay(100)
      await each(move => move.moveKeys(most))
    }
    await delay(100)
    await each(move => move.end())
  }
  let moved: Promise<void> | undefined
  const { noticed, repeats } = await countThrough(
    t,
    new RedisStateStore(client, { ...place, stateTtl: 600_000 }),
    {
      10: async () => {
        await each(move => move.begin())
        moved = moveSlots()
      },
    },
  )
  await moved
  assert.deepStrictEqual(noticed, ['handled', 'retrying STORE_UNAVAILABLE'])
  assert.ok(repeats > 0)
})

test('a put fails while its slot moves, whatever is there already, and nothing of it is lost behind the move', async t => {
  const client = connectRedis(cluster.url)
  t.after(() => client.disconnect())
  await reachRedis(client)
  const place = { namespace: 'put.v1', stage: 'claiming' }
  const store = new RedisStateStore(client, { ...place, stateTtl: 600_000 })
  const [move] = await movesOf(place.namespace, place.stage)
  const partition = await partitionOf(move!, place)
  const keys = ['a', 'b', 'c']
  const values = keys.map((_, i) => Uint8Array.of(i))
  const first = await store.putIfAbsent(partition, { follows: NO_WRITE, id: 'p1', keys, values })
  assert.ok(first !== 'refused')
  await move!.begin()
  const put = { follows: first.pair, id: 'p2', keys: [...keys, 'd'], values: [...values, Uint8Array.of(3)] }
  // Three claims and the checkpoint, in an order of Redis' own.
  for (let moved = 0; moved <= 4; moved++) {
    await assert.rejects(store.putIfAbsent(partition, put), { code: 'STORE_UNAVAILABLE' })
    await move!.moveKeys(1)
  }
  await move!.end()
  const { pair } = await store.load(partition)
  assert.ok([first.pair.id, put.id].includes(pair.id))
  const again = await store.putIfAbsent(partition, { ...put, follows: pair, id: 'p3' })
  assert.ok(again !== 'refused')
  assert.deepStrictEqual(
    [...again.held.values()],
    values.map(value => Buffer.from(value)),
  )
})

/** The partition whose slot is moved. */
async function partitionOf(
  { slot }: SlotMove,
  { namespace, stage }: { namespace: string; stage: string },
): Promise<number> {
  const slots = await Promise.all(
    Array.from({ length: PARTITIONS }, (_, partition) =>
      cluster.nodes[0]!.admin.cluster('KEYSLOT', checkpointKey(namespace, stage, partition)),
    ),
  )
  return slots.indexOf(slot)
}

/** The first master's partitions, each to one of the others. */
async function movesOf(namespace: string, stage: string): Promise<SlotMove[]> {
  const [from, ...others] = cluster.nodes
  const keys = Array.from({ length: PARTITIONS }, (_, partition) =>
    checkpointKey(namespace, stage, partition),
  )
  const slots = await Promise.all(keys.map(key => from!.admin.cluster('KEYSLOT', key)))
  const own = slots.filter(slot => slot < 16_384 / 3)
  return own.map((slot, i) => new SlotMove(cluster, { from: from!, to: others[i % others.length]!, slot }))
}
