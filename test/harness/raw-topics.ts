import { partitionOf } from '@millrace/core'
import type { IHeaders, Kafka } from 'kafkajs'

/** A record for a raw topic. */
export interface RawRecord {
  readonly topic: string
  readonly partition: number
  readonly key?: string
  readonly value: string | Buffer | null
  readonly headers?: IHeaders
}

/**
 * Where a foreign producer puts a key: another hash than ours, so that raw and clean partitions have nothing to do
 * with each other.
 */
export function foreignPartition(key: string, partitions: number): number {
  return partitionOf(`foreign ${key}`, partitions)
}

/** Produces records in their order. */
export async function produce(kafka: Kafka, records: readonly RawRecord[]): Promise<void> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false })
  await producer.connect()
  try {
    for (let i = 0; i < records.length; i += 2_000) {
      const byTopic = Map.groupBy(records.slice(i, i + 2_000), record => record.topic)
      await producer.sendBatch({
        topicMessages: [...byTopic].map(([topic, messages]) => ({
          topic,
          messages: messages.map(message => ({ ...message })),
        })),
      })
    }
  } finally {
    await producer.disconnect()
  }
}

/** A record that tells the ingestor that nothing older follows in a partition. */
export function watermarkRecords(topic: string, partitions: number, time: number | 'end'): RawRecord[] {
  const headers = { 'millrace-watermark': String(time) }
  return Array.from({ length: partitions }, (_, partition) => ({ topic, partition, value: null, headers }))
}
