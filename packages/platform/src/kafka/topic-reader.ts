import { MillraceError } from '@millrace/core'
import type { Admin, Kafka } from 'kafkajs'
import { readPartitionCounts } from './partition-counts.ts'

/** The offsets that a partition holds: from `low` to before `high`. */
export interface OffsetRange {
  readonly low: number
  readonly high: number
}

/**
 * Answers questions about topics, one after another: calls that run at the same time on one kafkajs admin replace each
 * other's metadata, and then fail.
 */
export class TopicReader {
  readonly #admin: Admin
  #last: Promise<unknown> = Promise.resolve()

  constructor(kafka: Kafka) {
    this.#admin = kafka.admin()
  }

  connect(): Promise<void> {
    return this.#admin.connect()
  }

  close(): Promise<void> {
    return this.#admin.disconnect()
  }

  /** The number of partitions of each topic. Throws TOPIC_MISSING or BROKER_UNAVAILABLE. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#inTurn(() => readPartitionCounts(this.#admin, topics))
  }

  /** The offsets that each partition of a topic holds. Throws BROKER_UNAVAILABLE. */
  offsets(topic: string): Promise<ReadonlyMap<number, OffsetRange>> {
    return this.#inTurn(async () => {
      const offsets = await this.#admin.fetchTopicOffsets(topic)
      return new Map(
        offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]),
      )
    })
  }

  #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const answer = this.#last.then(ask).catch(asUnavailable)
    this.#last = answer.catch(() => {})
    return answer
  }
}

function asUnavailable(cause: unknown): never {
  if (cause instanceof MillraceError) throw cause
  throw new MillraceError('BROKER_UNAVAILABLE', 'Kafka did not answer: the stage tries again.', { cause })
}
