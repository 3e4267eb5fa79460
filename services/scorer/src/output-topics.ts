import { isPushedView, type Pipeline, type StageOutput, topics } from '@millrace/core'
import { type Connections, type EncodeValue, encodeJson, KafkaCluster, Publisher } from '@millrace/platform'

/** Rows that were pushed from outside, or decisions that were asked for. */
export type OutputKind = 'rows' | 'predictions'

/** What the scorer publishes for its callers: the raw topics of pushed views, and requested predictions. */
export class OutputTopics {
  readonly #topics: Readonly<Record<OutputKind, readonly string[]>>
  readonly #publishers = new Map<OutputKind, Publisher>()

  constructor(pipeline: Pipeline) {
    this.#topics = {
      rows: pipeline.views.filter(isPushedView).map(view => view.rows.topic),
      predictions: [topics.predictionsTopic(pipeline)],
    }
  }

  /** Answers the publishing to these topics; its producer connects with the first record. Throws TOPIC_MISSING. */
  async connect(
    { kafka, topicReader }: Connections,
    kind: OutputKind,
  ): Promise<(records: readonly StageOutput[]) => Promise<void>> {
    const counts = await topicReader.partitionCounts(this.#topics[kind])
    const encode: EncodeValue = kind === 'rows' ? String : encodeJson
    const published = this.#topics[kind].map(
      topic => [topic, { partitions: counts.get(topic)!, encode }] as const,
    )
    const publisher = new Publisher(() => new KafkaCluster(kafka), new Map(published))
    await this.#publishers.get(kind)?.close()
    this.#publishers.set(kind, publisher)
    return records => publisher.publish(records)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#publishers.values()].map(publisher => publisher.close()))
  }
}
