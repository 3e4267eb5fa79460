import { join } from 'node:path'
import cardFraud, { customer } from '@millrace/card-fraud'
import { connectOnlineRedis, RedisStateReader } from '@millrace/platform/online'
import { startRedisServer } from '../../packages/platform/test/redis/redis-server.ts'
import type { BenchOptions } from '../options.ts'
import { measure, report } from '../report.ts'
import { BenchServer, CONNECTIONS } from '../server-process.ts'
import { CUSTOMERS, writeCustomerStates } from './states.ts'

const FEATURES = Object.keys(customer.features).map(name => `${customer.name}:${name}`)

/** A lookup of the features of some customers, and how a body asks for them. */
const LOOKUPS = [
  {
    name: 'features',
    path: '/v1/features',
    body: (ids: string[]) => JSON.stringify({ views: { customer: ids } }),
  },
  {
    name: 'feast',
    path: '/get-online-features',
    body: (ids: string[]) => JSON.stringify({ features: FEATURES, entities: { customerId: ids } }),
  },
] as const

/**
 * The features of one and of a hundred customers by each route: CPU of the server alone, beside an echo of the same
 * answer and beside reading the same states from Redis.
 */
export async function benchLookup({ quick, cpuProfiles }: BenchOptions): Promise<void> {
  const redis = await startRedisServer()
  const ends: (() => Promise<void>)[] = [() => redis.stop()]
  try {
    await writeCustomerStates(redis.url)
    const server = await BenchServer.start({
      program: join(import.meta.dirname, 'server.ts'),
      env: { REDIS_URL: redis.url },
      cpuProfiles: cpuProfiles && join(cpuProfiles, 'lookup'),
    })
    ends.unshift(() => server.stop())
    for (const [entities, requests] of [
      [1, quick ? 4_000 : 40_000],
      [100, quick ? 400 : 4_000],
    ] as const) {
      await benchReads(redis.url, entities, requests)
      for (const lookup of LOOKUPS) await benchRoute(server, lookup, entities, requests)
    }
  } finally {
    for (const end of ends) await end()
  }
}

async function benchRoute(
  server: BenchServer,
  { name, path, body }: (typeof LOOKUPS)[number],
  entities: number,
  requests: number,
): Promise<void> {
  const bodyOf = (i: number): string => body(idsOf(i, entities))
  await server.ask('PUT', '/answer', await server.ask('POST', path, bodyOf(0)))
  const floor = await server.cpuOf('/echo', requests, bodyOf)
  const cpu = await server.cpuOf(path, requests, bodyOf)
  report('lookup', `${name}.echo_of_${entities}.cpu`, floor, 'us/request')
  report('lookup', `${name}.of_${entities}.cpu`, cpu, 'us/request')
}

/** Reading the states alone, without HTTP and without a look into them. */
async function benchReads(url: string, entities: number, requests: number): Promise<void> {
  const redis = connectOnlineRedis(url)
  await new Promise(resolve => redis.once('ready', resolve))
  const reader = new RedisStateReader(redis, cardFraud.namespace)
  const readAll = async (): Promise<void> => {
    let read = 0
    const client = async (): Promise<void> => {
      while (read < requests)
        await reader.read(idsOf(read++, entities).map(entity => ({ view: customer.name, entity })))
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, client))
  }
  await readAll()
  const { cpuUs } = await measure(requests, readAll)
  report('lookup', `redis.of_${entities}.cpu`, cpuUs, 'us/request')
  redis.disconnect()
}

function idsOf(i: number, entities: number): string[] {
  return Array.from({ length: entities }, (_, k) => String((i * 37 + k * 41) % CUSTOMERS))
}
