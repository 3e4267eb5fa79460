import { MillraceError } from '@millrace/core'
import type { Redis } from 'ioredis'

/** Sets a field of a hash unless it is set, and answers what it holds. Throws STORE_UNAVAILABLE. */
export async function recordOnce(
  redis: Pick<Redis, 'hsetnx' | 'hget'>,
  key: string,
  field: string,
  value: string,
): Promise<string | null> {
  try {
    await redis.hsetnx(key, field, value)
    return await redis.hget(key, field)
  } catch (cause) {
    throw new MillraceError('STORE_UNAVAILABLE', 'Redis did not answer.', { cause })
  }
}
