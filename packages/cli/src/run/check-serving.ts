import { MillraceError, type Pipeline } from '@millrace/core'
import { readServing } from '@millrace/platform'
import { connectRedis } from './connect-redis.ts'

/** Throws CONFIG_INVALID when another version of the pipeline serves there: this one would decide on nothing. */
export async function checkServing(redisUrl: string, { name, version }: Pipeline): Promise<void> {
  const redis = await connectRedis(redisUrl)
  try {
    const serving = await readServing(redis, name)
    if (serving === undefined || serving === version) return
    throw new MillraceError(
      'CONFIG_INVALID',
      `Version ${serving} of ${name} serves on this stack, so that nothing comes of version ${version}: take a fresh stack ("millrace down"), or let it take over with "millrace switch".`,
      { details: { serving, version } },
    )
  } finally {
    redis.disconnect()
  }
}
