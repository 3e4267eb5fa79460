import { type Pipeline, SWITCH_HEADER, topics } from '@millrace/core'
import type { TopicReader } from '@millrace/platform'
import type { Producer } from 'kafkajs'

/** Where one version ends and another begins in a raw partition: what stands before `offset` is the former's. */
export interface Cut {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** Writes a switch record into every partition of every raw topic, and answers where each stands. */
export async function writeCuts(
  producer: Producer,
  reader: TopicReader,
  { events, namespace }: Pipeline,
): Promise<readonly Cut[]> {
  const counts = await reader.partitionCounts(events.map(event => event.topic))
  const record = { value: null, headers: { [SWITCH_HEADER]: namespace } }
  const written = await producer.sendBatch({
    acks: -1,
    topicMessages: [...counts].map(([topic, count]) => ({
      topic,
      messages: Array.from({ length: count }, (_, partition) => ({ ...record, partition })),
    })),
  })
  return written
    .map(({ topicName: topic, partition, baseOffset }) => ({ topic, partition, offset: Number(baseOffset) }))
    .sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition)
}

/** The cuts that the ingestor of a version has not come past. A topic that it never read has none. */
export async function openCuts(
  reader: TopicReader,
  { name, events }: Pipeline,
  version: number,
  cuts: readonly Cut[],
): Promise<readonly Cut[]> {
  const open = events.map(async event => {
    const group = `${name}.v${version}.${topics.ingestStage(event)}`
    const committed = (await reader.committed(group, [event.topic])).get(event.topic)
    const isRead = [...(committed?.values() ?? [])].some(position => position > 0)
    return cuts.filter(
      ({ topic, partition, offset }) =>
        isRead && topic === event.topic && (committed?.get(partition) ?? 0) <= offset,
    )
  })
  return (await Promise.all(open)).flat()
}
