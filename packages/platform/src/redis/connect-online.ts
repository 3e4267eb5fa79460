import { openRedis, type RedisClient } from './connection.ts'

export interface OnlineRedisOptions {
  /** How long a command may take (ms). Default 250. */
  readonly commandTimeout?: number
  /** How long connecting may take, and how long a busy connection may be silent (ms). Default 1,000. */
  readonly socketTimeout?: number
}

/**
 * A client for reads on behalf of a waiting caller, of one Redis or of a cluster: a command fails soon rather than
 * late, and at once while there is no connection.
 */
export function connectOnlineRedis(
  url: string,
  { commandTimeout = 250, socketTimeout = 1_000 }: OnlineRedisOptions = {},
): RedisClient {
  return openRedis(url, {
    commandTimeout,
    socketTimeout,
    connectTimeout: socketTimeout,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    maxRedirections: 4,
    redirectionPause: 50,
    lazyConnect: false,
  })
}
