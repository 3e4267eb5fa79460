import { MillraceError } from '@millrace/core'
import type { FetchCluster } from '../kafka/fetch/fetch-source.ts'
import { asUnavailable } from '../kafka/topic-reader.ts'

export interface TopicWatchOptions {
  readonly cluster: Pick<FetchCluster, 'topicFacts'>
  /** Topic of each input, in their order. */
  readonly topics: readonly string[]
  /** The partitions that each of them has, as long as entities are found. */
  readonly partitions: number
  /** The topics that Kafka does not have, at each look. */
  readonly onMissing: (topics: readonly string[]) => void
}

/** Kafka's id of each topic that exists; undefined where the brokers give none. */
export type TopicIds = ReadonlyMap<string, string | undefined>

/** Looks whether the topics of a stage are still those that it began with. */
export class TopicWatch {
  readonly #options: TopicWatchOptions

  constructor(options: TopicWatchOptions) {
    this.#options = options
  }

  /** Throws PARTITIONS_CHANGED and BROKER_UNAVAILABLE. */
  async look(): Promise<TopicIds> {
    const { cluster, topics, partitions, onMissing } = this.#options
    const facts = await cluster.topicFacts(topics).catch(asUnavailable)
    if (facts === undefined) return new Map(topics.map(topic => [topic, undefined]))
    onMissing(topics.filter(topic => !facts.has(topic)))
    for (const [topic, { partitions: count }] of facts)
      if (count !== partitions) throw partitionsChanged(topic, count, partitions)
    return new Map([...facts].map(([topic, { id }]) => [topic, id]))
  }

  /** The same, once all topics are there. Throws BROKER_UNAVAILABLE until then. */
  async lookAtAll(): Promise<TopicIds> {
    const ids = await this.look()
    const missing = this.#options.topics.filter(topic => !ids.has(topic))
    if (missing.length === 0) return ids
    throw new MillraceError(
      'BROKER_UNAVAILABLE',
      `Kafka has no topic ${missing.join(', ')} any more: the stage waits until it is there again ("millrace deploy").`,
      { details: { missing } },
    )
  }
}

export function partitionsChanged(topic: string, count: number, recorded: number): MillraceError {
  return new MillraceError(
    'PARTITIONS_CHANGED',
    `${topic} has ${count} partitions, the states were written for ${recorded}: entities would not be found. Start the pipeline under a new version.`,
    { details: { topic, count, recorded } },
  )
}
