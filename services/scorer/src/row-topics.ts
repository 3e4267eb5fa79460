import { isPushedView, type Pipeline } from '@millrace/core'
import { type Connections, KafkaCluster, Publisher } from '@millrace/platform'
import type { PublishRows } from '@millrace/platform/online'

/** The raw topics of a pipeline's pushed views, and the producer that writes to them. */
export class RowTopics {
  readonly #topics: readonly string[]
  #publisher: Publisher | undefined

  constructor({ views }: Pipeline) {
    this.#topics = views.filter(isPushedView).map(view => view.rows.topic)
  }

  /** Answers the publishing of rows; the producer connects with the first of them. Throws TOPIC_MISSING. */
  async connect({ kafka, topicReader }: Connections): Promise<PublishRows> {
    const counts = await topicReader.partitionCounts(this.#topics)
    const topics = this.#topics.map(
      topic => [topic, { partitions: counts.get(topic)!, encode: String }] as const,
    )
    const publisher = new Publisher(() => new KafkaCluster(kafka), new Map(topics))
    await this.close()
    this.#publisher = publisher
    return rows => publisher.publish(rows)
  }

  async close(): Promise<void> {
    await this.#publisher?.close()
  }
}
