import { randomUUID } from 'node:crypto'
import { customer, transaction } from '@millrace/card-fraud'
import { days, emptyCheckpoint, encodeCheckpoint, NO_WRITE, ViewEngine } from '@millrace/core'
import { connectRedis, nodesOf, type RedisClient, RedisStateStore } from '@millrace/platform'
import { SeededRandom } from '@millrace/testkit'

export const PARTITIONS = 4
export const NAMESPACE = 'bench.v1'
/** When the states end and the scripted log begins. */
export const NOW = Date.UTC(2026, 5, 1)

/** Transactions of an entity in the 30 days of the longest window. */
const ENTRIES = 30
const STATES_PER_WRITE = 5_000
/** States that differ; the others are their copies. */
const MODELS = 100

export function storeOf(redis: RedisClient): RedisStateStore {
  const place = { namespace: NAMESPACE, stage: customer.name }
  return new RedisStateStore(redis, { ...place, stateTtl: customer.ttl })
}

/** Writes the states of so many entities as the stage does. Answers how many bytes of Redis each takes. */
export async function writeEntityStates(url: string, entities: number): Promise<number> {
  const redis = connectRedis(url)
  const before = await usedMemory(redis)
  const store = storeOf(redis)
  const models = modelStates()
  for (let partition = 0; partition < PARTITIONS; partition++) {
    let follows = NO_WRITE
    for (let first = partition; first < entities; first += STATES_PER_WRITE * PARTITIONS) {
      const states = new Map<string, Uint8Array>()
      for (let i = 0; i < STATES_PER_WRITE; i++) {
        const entity = first + i * PARTITIONS
        if (entity < entities) states.set(String(entity), models[entity % MODELS]!)
      }
      const checkpoint = encodeCheckpoint(emptyCheckpoint(1))
      const pair = await store.write(partition, {
        follows,
        id: randomUUID(),
        checkpoint,
        watermark: 0,
        states,
      })
      if (pair === 'refused') throw new Error('Somebody else writes into this Redis.')
      follows = pair
    }
  }
  const bytes = ((await usedMemory(redis)) - before) / entities
  redis.disconnect()
  return bytes
}

/** CPU that Redis has used since its start (s). */
export async function redisCpuSeconds(redis: RedisClient): Promise<number> {
  const cpu = await nodesOf(redis).masters[0]!.info('cpu')
  return numberIn(cpu, 'used_cpu_user') + numberIn(cpu, 'used_cpu_sys')
}

async function usedMemory(redis: RedisClient): Promise<number> {
  return numberIn(await nodesOf(redis).masters[0]!.info('memory'), 'used_memory')
}

function numberIn(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(.*)\r$`, 'm').exec(info)![1])
}

function modelStates(): Uint8Array[] {
  const random = new SeededRandom(1)
  const engine = new ViewEngine(customer, transaction)
  return Array.from({ length: MODELS }, (_, model) => {
    const state = engine.init()
    for (let i = 0; i < ENTRIES; i++) {
      const occurredAt = NOW - days(30) + Math.floor(((i + random.next()) * days(30)) / ENTRIES)
      const amount = random.integer(1, 10_000) / 100
      const ids = { transactionId: `${model}-${i}`, customerId: String(model), terminalId: 't' }
      engine.add(state, transaction, { ...ids, occurredAt, amount })
    }
    return new Uint8Array(engine.encode(state))
  })
}
