import { Redis } from 'ioredis'

export interface OnlineRedisOptions {
  /** How long a command may take (ms). Default 250. */
  readonly commandTimeout?: number
  /** How long connecting may take, and how long a busy connection may be silent (ms). Default 1,000. */
  readonly socketTimeout?: number
}

/**
 * A connection for reads on behalf of a waiting caller: a command fails soon rather than late, at once while there is
 * no connection, and the commands of one turn of the event loop travel together.
 */
export function connectOnlineRedis(
  url: string,
  { commandTimeout = 250, socketTimeout = 1_000 }: OnlineRedisOptions = {},
): Redis {
  const redis = new Redis(url, {
    commandTimeout,
    socketTimeout,
    connectTimeout: socketTimeout,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    retryStrategy: attempt => Math.min(50 * attempt, 1_000),
  })
  redis.on('error', () => {}) // every command reports its own failure
  return redis
}
