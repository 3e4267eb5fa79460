import { MillraceError } from '@millrace/core'
import { Redis } from 'ioredis'

const COMMAND_TIMEOUT_MS = 10_000

/**
 * A connection for stages. Writes carry an id, so that sending one again after a cut is harmless; a command that gets
 * no answer fails, and the stage starts over from what is stored.
 */
export function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: 2 * COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 3,
    // The calls for all partitions of a round travel together.
    enableAutoPipelining: true,
    retryStrategy: attempt => Math.min(50 * attempt, 1_000),
    lazyConnect: true,
  })
  redis.on('error', () => {}) // every command reports its own failure
  return redis
}

/**
 * Resolves when Redis answers. Throws STORE_UNAVAILABLE, and EVICTION_ENABLED unless it keeps everything: an evicted
 * state would be a wrong feature. Connects by a command, since `connect()` refuses while a connection is under way.
 */
export async function reachRedis(redis: Redis): Promise<void> {
  let fault: Error | undefined
  const keep = (error: Error): void => {
    fault = error
  }
  redis.on('error', keep)
  try {
    refuseEviction(await redis.info('memory'))
  } catch (error) {
    if (error instanceof MillraceError) throw error
    throw new MillraceError('STORE_UNAVAILABLE', 'Redis did not answer.', { cause: fault ?? error })
  } finally {
    redis.off('error', keep)
  }
}

function refuseEviction(memory: string): void {
  const policy = /maxmemory_policy:(\S+)/.exec(memory)?.[1]
  if (policy === undefined || policy === 'noeviction') return
  throw new MillraceError(
    'EVICTION_ENABLED',
    `Redis may evict keys (maxmemory-policy ${policy}): set it to noeviction.`,
  )
}
