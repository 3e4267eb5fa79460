import { MillraceError } from '@millrace/core'
import type { Admin } from 'kafkajs'

/** The number of partitions of each topic. Throws TOPIC_MISSING. */
export async function readPartitionCounts(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (topics.length === 0) return new Map()
  const existing = new Set(await admin.listTopics())
  const missing = topics.filter(topic => !existing.has(topic))
  if (missing.length > 0) {
    throw new MillraceError(
      'TOPIC_MISSING',
      `Kafka has no topic ${missing.join(', ')}: run "millrace deploy" first.`,
      { details: { missing } },
    )
  }
  const metadata = await admin.fetchTopicMetadata({ topics: [...topics] })
  return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]))
}
