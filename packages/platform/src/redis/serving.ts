import { MillraceError, type Pipeline } from '@millrace/core'
import type { Redis } from 'ioredis'
import { servingKey } from './keys.ts'
import { recordOnce } from './record-once.ts'

/**
 * The version of a pipeline that serves is recorded by the first that starts, and by each switch once it is done. Which
 * one decides on a record is for the switch records of its raw partition to say: this is what counts before the first.
 */
const FIELD = 'version'

/** Records that this version serves unless another one does, and answers which. Throws STORE_UNAVAILABLE. */
export async function recordServing(
  redis: Pick<Redis, 'hsetnx' | 'hget'>,
  { name, version }: Pick<Pipeline, 'name' | 'version'>,
): Promise<number> {
  return Number(await recordOnce(redis, servingKey(name), FIELD, String(version)))
}

/** The version that serves, undefined while none was started. Throws STORE_UNAVAILABLE. */
export async function readServing(redis: Pick<Redis, 'hget'>, pipeline: string): Promise<number | undefined> {
  const version = await answerOf(redis.hget(servingKey(pipeline), FIELD))
  return version === null ? undefined : Number(version)
}

/** Records that a switch to a version is done. Throws STORE_UNAVAILABLE. */
export async function writeServing(
  redis: Pick<Redis, 'hset'>,
  { name, version }: Pick<Pipeline, 'name' | 'version'>,
): Promise<void> {
  await answerOf(redis.hset(servingKey(name), FIELD, version))
}

function answerOf<T>(answer: Promise<T>): Promise<T> {
  return answer.catch(cause => {
    throw new MillraceError('STORE_UNAVAILABLE', 'Redis did not answer.', { cause })
  })
}
