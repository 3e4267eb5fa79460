import { topics, type VectorRecord } from '@millrace/core'
import { TopicSerdes } from '@millrace/platform'
import type { Deployment } from './deployment.ts'
import { readTopic } from './read-topic.ts'

/** Reads the vectors of a deployment from the beginning of their topic, until there are at least so many. */
export async function readVectors(
  { pipeline, directory, kafka }: Deployment,
  count: number,
): Promise<readonly VectorRecord[]> {
  const topic = topics.vectorsTopic(pipeline)
  const serde = await new TopicSerdes(pipeline, directory).vectors(topic)
  const messages = await readTopic(kafka, topic, read => read.length >= count)
  return messages.map(({ value }) => serde.decode(value))
}
