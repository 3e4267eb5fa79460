import { after } from 'node:test'
import { startRedisServer } from './redis-server.ts'

/** Starts the Redis of the local stack for the tests of a file, or takes the one in REDIS_URL. Answers its URL. */
export async function startRedis(): Promise<string> {
  const { url, stop } = await startRedisServer()
  after(stop)
  return url
}
