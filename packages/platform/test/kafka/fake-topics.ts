import type { Kafka } from 'kafkajs'
import { TopicReader } from '../../src/kafka/topic-reader.ts'

/** Reads topics that have these partition counts, and ten records in each partition, of which a group has committed some. */
export function readerOf(
  counts: Readonly<Record<string, number>>,
  committed: Readonly<Record<string, number>> = {},
): TopicReader {
  const admin = {
    fetchOffsets: async ({ topics }: { topics: readonly string[] }) =>
      topics.map(topic => ({
        topic,
        partitions: Array.from({ length: counts[topic]! }, (_, partition) => ({
          partition,
          offset: String(committed[topic] ?? -1),
        })),
      })),
    listTopics: async () => Object.keys(counts),
    fetchTopicMetadata: async ({ topics }: { topics: readonly string[] }) => ({
      topics: topics.map(name => ({ name, partitions: Array(counts[name]!).fill({}) })),
    }),
    fetchTopicOffsets: async (topic: string) =>
      Array.from({ length: counts[topic]! }, (_, partition) => ({ partition, low: '2', high: '12' })),
  }
  return new TopicReader({ admin: () => admin } as unknown as Kafka)
}
