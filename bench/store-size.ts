import { randomUUID } from 'node:crypto'
import { customer, label, terminal, transaction } from '@millrace/card-fraud'
import {
  days,
  emptyCheckpoint,
  encodeCheckpoint,
  type FeatureView,
  NO_WRITE,
  ViewEngine,
} from '@millrace/core'
import { connectRedis, nodesOf, type RedisClient, RedisStateStore } from '@millrace/platform'
import { SeededRandom } from '@millrace/testkit'
import { startRedisServer } from '../packages/platform/test/redis/redis-server.ts'
import { claimCodec } from '../services/ingestor/src/claim.ts'
import type { BenchOptions } from './options.ts'
import { report } from './report.ts'

const NOW = Date.UTC(2026, 5, 1)
/** Events of one entity in the 30 days of its longest window. */
const EVENTS = [1, 10, 30, 100, 300, 1_000, 2_000, 5_000]
const STATES_PER_WRITE = 1_000
/** States that differ; the others are their copies. */
const MODELS = 20

/** What states and claims on ids take of a real Redis, key, value, lifetime and tables included. */
export async function benchStoreSize({ quick }: BenchOptions): Promise<void> {
  for (const view of [customer, terminal]) {
    for (const events of EVENTS) {
      const models = Array.from({ length: MODELS }, (_, seed) => stateOf(view, events, seed))
      const count = Math.min(quick ? 2_000 : 100_000, Math.ceil(40_000_000 / models[0]!.length))
      report('store', `${view.name}.of_${events}_events.value`, models[0]!.length, 'bytes')
      const size = await sizeOf(view.name, count, i => [String(i), models[i % MODELS]!])
      report('store', `${view.name}.of_${events}_events.redis.size`, size, 'bytes/entity')
    }
  }
  const claims = quick ? 10_000 : 1_000_000
  const claimed = await sizeOf('ingest-transaction', claims, i => [
    String(100_000_000 + i),
    claimCodec.encode({ offset: 1_000_000 + i, eventTime: NOW }),
  ])
  report('store', 'claim.redis.size', claimed, 'bytes/id')
  const longClaimed = await sizeOf('ingest-transaction', claims, i => [
    `7e57c0de-0000-4000-8000-${String(i).padStart(12, '0')}`,
    claimCodec.encode({ offset: 1_000_000 + i, eventTime: NOW }),
  ])
  report('store', 'claim_of_uuid.redis.size', longClaimed, 'bytes/id')
}

/** Bytes that each of `count` states takes in a Redis of its own. */
async function sizeOf(
  stage: string,
  count: number,
  stateAt: (i: number) => readonly [key: string, value: Uint8Array],
): Promise<number> {
  const server = await startRedisServer()
  const redis = connectRedis(server.url)
  try {
    const before = await usedMemory(redis)
    const store = new RedisStateStore(redis, { namespace: 'card-fraud.v1', stage, stateTtl: days(31) })
    const checkpoint = encodeCheckpoint(emptyCheckpoint(1))
    let follows = NO_WRITE
    for (let first = 0; first < count; first += STATES_PER_WRITE) {
      const length = Math.min(STATES_PER_WRITE, count - first)
      const states = new Map(Array.from({ length }, (_, i) => stateAt(first + i)))
      const pair = await store.write(0, { follows, id: randomUUID(), checkpoint, watermark: 0, states })
      if (pair === 'refused') throw new Error('Somebody else writes into this Redis.')
      follows = pair
    }
    return ((await usedMemory(redis)) - before) / count
  } finally {
    redis.disconnect()
    await server.stop()
  }
}

async function usedMemory(redis: RedisClient): Promise<number> {
  const memory = await nodesOf(redis).masters[0]!.info('memory')
  return Number(/^used_memory:(\d+)/m.exec(memory)![1])
}

/** The state of an entity with so many transactions in 30 days, and of a terminal with a label of each. */
function stateOf(view: FeatureView, events: number, seed: number): Uint8Array {
  const random = new SeededRandom(seed)
  const engine = new ViewEngine(view, transaction)
  const state = engine.init()
  for (let i = 0; i < events; i++) {
    const occurredAt = NOW - days(30) + Math.floor(((i + random.next()) * days(30)) / events)
    const ids = { transactionId: String(100_000_000 + i), customerId: 'c', terminalId: 't' }
    engine.add(state, transaction, { ...ids, occurredAt, amount: random.integer(1, 10_000) / 100 })
    const isFraud = random.chance(0.01)
    if (view.sources.includes(label)) engine.add(state, label, { ...ids, knownAt: occurredAt, isFraud })
  }
  return new Uint8Array(engine.encode(state))
}
