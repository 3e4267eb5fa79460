import type { Kafka } from 'kafkajs'
import { TopicReader } from '../../src/kafka/topic-reader.ts'

/** Reads topics that have these partition counts, and ten records in each partition. */
export function readerOf(counts: Readonly<Record<string, number>>): TopicReader {
  const admin = {
    listTopics: async () => Object.keys(counts),
    fetchTopicMetadata: async ({ topics }: { topics: readonly string[] }) => ({
      topics: topics.map(name => ({ name, partitions: Array(counts[name]!).fill({}) })),
    }),
    fetchTopicOffsets: async (topic: string) =>
      Array.from({ length: counts[topic]! }, (_, partition) => ({ partition, low: '2', high: '12' })),
  }
  return new TopicReader({ admin: () => admin } as unknown as Kafka)
}
