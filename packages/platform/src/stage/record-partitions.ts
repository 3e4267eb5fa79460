import { MillraceError } from '@millrace/core'
import type { Redis } from 'ioredis'
import type { TopicReader } from '../kafka/topic-reader.ts'
import { partitionsKey } from '../redis/keys.ts'

/**
 * Records how many partitions a stage has, once for its namespace: entities are found by it. Throws PARTITIONS_CHANGED
 * when its topics have other counts now, or differ among themselves, and TOPIC_MISSING.
 */
export async function recordPartitions(
  {
    namespace,
    stage,
    inputs,
  }: { namespace: string; stage: { name: string }; inputs: readonly { topic: string }[] },
  { topicReader, redis }: { topicReader: TopicReader; redis: Redis },
): Promise<void> {
  const counts = await topicReader.partitionCounts(inputs.map(input => input.topic))
  const key = partitionsKey(namespace)
  await redis.hsetnx(key, stage.name, Math.max(...counts.values()))
  const recorded = Number(await redis.hget(key, stage.name))
  for (const [topic, count] of counts) {
    if (count === recorded) continue
    throw new MillraceError(
      'PARTITIONS_CHANGED',
      `${topic} has ${count} partitions, the states of stage "${stage.name}" were written for ${recorded}: entities would not be found. Start the pipeline under a new version.`,
      { details: { topic, count, recorded } },
    )
  }
}
