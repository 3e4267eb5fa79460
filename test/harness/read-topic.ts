import { randomUUID } from 'node:crypto'
import type { Kafka, KafkaMessage } from 'kafkajs'

export type ReadMessage = KafkaMessage & {
  readonly partition: number
}

/**
 * Reads a topic from its beginning until `isEnough` says so of what was read, each time something came. Fails after
 * `withinMs` without anything new.
 */
export async function readTopic(
  kafka: Kafka,
  topic: string,
  isEnough: (messages: readonly ReadMessage[]) => boolean,
  withinMs = 90_000,
): Promise<readonly ReadMessage[]> {
  const consumer = kafka.consumer({
    groupId: `test-${randomUUID()}`,
    maxWaitTimeInMs: 50,
    allowAutoTopicCreation: false,
  })
  const messages: ReadMessage[] = []
  const done = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const expectMore = (): void => {
    clearTimeout(timer)
    timer = setTimeout(
      () =>
        done.reject(new Error(`${topic}: nothing new for ${withinMs} ms after ${messages.length} records`)),
      withinMs,
    )
  }
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  expectMore()
  try {
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const message of batch.messages) messages.push({ ...message, partition: batch.partition })
        expectMore()
        if (isEnough(messages)) done.resolve()
      },
    })
    await done.promise
  } finally {
    clearTimeout(timer)
    await consumer.disconnect()
  }
  return messages
}
