import { MillraceError } from '@millrace/core'
import type { Redis } from 'ioredis'
import type { TopicReader } from '../kafka/topic-reader.ts'
import { partitionsKey } from '../redis/keys.ts'
import { partitionsChanged } from './topic-watch.ts'

/**
 * Records how many partitions a stage has, once for its namespace: entities are found by it. Answers that
 * count. Throws PARTITIONS_CHANGED when its topics have other counts now, or differ among themselves, TOPIC_MISSING, and
 * STORE_UNAVAILABLE.
 */
export async function recordPartitions(
  {
    namespace,
    stage,
    inputs,
  }: { namespace: string; stage: { name: string }; inputs: readonly { topic: string }[] },
  { topicReader, redis }: { topicReader: TopicReader; redis: Redis },
): Promise<number> {
  const counts = await topicReader.partitionCounts(inputs.map(input => input.topic))
  const key = partitionsKey(namespace)
  const recorded = await recordOnce(redis, key, stage.name, Math.max(...counts.values()))
  for (const [topic, count] of counts) if (count !== recorded) throw partitionsChanged(topic, count, recorded)
  return recorded
}

/** Sets a field of a hash unless it is set, and answers what it holds. */
async function recordOnce(redis: Redis, key: string, field: string, value: number): Promise<number> {
  try {
    await redis.hsetnx(key, field, value)
    return Number(await redis.hget(key, field))
  } catch (cause) {
    throw new MillraceError('STORE_UNAVAILABLE', 'Redis did not answer.', { cause })
  }
}
