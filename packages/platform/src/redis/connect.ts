import { once } from 'node:events'
import { MillraceError } from '@millrace/core'
import type { Redis } from 'ioredis'
import { nodesOf, openRedis, type RedisClient } from './connection.ts'

const COMMAND_TIMEOUT_MS = 10_000

/**
 * A client for stages, of one Redis or of a cluster. Writes carry an id, so that sending one again after a cut is
 * harmless; a command that gets no answer fails, and the stage starts over from what is stored.
 */
export function connectRedis(url: string): RedisClient {
  return openRedis(url, {
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: 2 * COMMAND_TIMEOUT_MS,
    connectTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 3,
    enableOfflineQueue: true,
    maxRedirections: 16,
    redirectionPause: 100,
    lazyConnect: true,
  })
}

/**
 * Resolves when Redis answers, in a cluster every master. Throws STORE_UNAVAILABLE, and EVICTION_ENABLED unless all
 * nodes keep everything: an evicted state would be a wrong feature, and a replica may be the master of tomorrow.
 */
export async function reachRedis(redis: RedisClient): Promise<void> {
  try {
    await untilReady(redis, COMMAND_TIMEOUT_MS)
    const { masters, replicas } = nodesOf(redis)
    const policies = await Promise.all([
      ...masters.map(policyOf),
      ...replicas.map(replica => policyOf(replica).catch(() => undefined)),
    ])
    policies.forEach(refuseEviction)
  } catch (cause) {
    if (cause instanceof MillraceError) throw cause
    throw new MillraceError('STORE_UNAVAILABLE', 'Redis did not answer.', { cause })
  }
}

/** Resolves once there is a connection. Throws what is in its way, at the latest after `limit` ms. */
export async function untilReady(redis: RedisClient, limit: number): Promise<void> {
  if (redis.status === 'ready') return
  const ready = once(redis, 'ready', { signal: AbortSignal.timeout(limit) })
  // `connect()` refuses while a connection is under way.
  if (redis.status === 'wait') redis.connect().catch(() => {})
  await ready
}

async function policyOf(node: Redis): Promise<string | undefined> {
  return /maxmemory_policy:(\S+)/.exec(await node.info('memory'))?.[1]
}

function refuseEviction(policy: string | undefined): void {
  if (policy === undefined || policy === 'noeviction') return
  throw new MillraceError(
    'EVICTION_ENABLED',
    `Redis may evict keys (maxmemory-policy ${policy}): set it to noeviction.`,
  )
}
