import { MillraceError } from '@millrace/core'
import { connectOnlineRedis, untilReady } from '@millrace/platform/online'

/** How long Redis may take to answer a command of somebody who waits (ms). */
const ANSWER_WITHIN = 10_000

/** A connection to Redis that is there. Throws STORE_UNAVAILABLE. */
export async function connectRedis(url: string): Promise<ReturnType<typeof connectOnlineRedis>> {
  const redis = connectOnlineRedis(url, { commandTimeout: ANSWER_WITHIN, socketTimeout: ANSWER_WITHIN })
  try {
    await untilReady(redis, ANSWER_WITHIN)
    return redis
  } catch (cause) {
    redis.disconnect()
    throw new MillraceError('STORE_UNAVAILABLE', `Redis does not answer: is it running? (REDIS_URL)`, {
      cause,
    })
  }
}
