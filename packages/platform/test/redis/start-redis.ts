import { after } from 'node:test'
import { type ClusterShape, type RedisCluster, startRedisCluster } from './redis-cluster.ts'
import { startRedisServer } from './redis-server.ts'

/** Starts the Redis of the local stack for the tests of a file, or takes the one in REDIS_URL. Answers its URL. */
export async function startRedis(): Promise<string> {
  const { url, stop } = await startRedisServer()
  after(stop)
  return url
}

/** Starts a cluster for the tests of a file. */
export async function startCluster(shape: ClusterShape): Promise<RedisCluster> {
  const cluster = await startRedisCluster(shape)
  after(cluster.stop)
  return cluster
}
