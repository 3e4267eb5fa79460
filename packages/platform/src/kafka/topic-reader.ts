import { MillraceError } from '@millrace/core'
import type { Admin, Kafka } from 'kafkajs'
import { readPartitionCounts } from './partition-counts.ts'

/** Offsets by topic and partition. */
export type CommittedOffsets = ReadonlyMap<string, ReadonlyMap<number, number>>

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

  /** Throws BROKER_UNAVAILABLE. */
  connect(): Promise<void> {
    return this.#admin.connect().catch(asUnavailable)
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

  /** What a group has committed of each partition, 0 where nothing. Throws BROKER_UNAVAILABLE. */
  committed(groupId: string, topics: readonly string[]): Promise<CommittedOffsets> {
    return this.#inTurn(async () => {
      const answers = await this.#admin.fetchOffsets({ groupId, topics: [...topics] })
      return new Map(answers.map(({ topic, partitions }) => [topic, committedOf(partitions)]))
    })
  }

  #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const answer = this.#last.then(ask).catch(asUnavailable)
    this.#last = answer.catch(() => {})
    return answer
  }
}

/** Kafka answers −1 where nothing was committed. */
function committedOf(
  partitions: readonly { readonly partition: number; readonly offset: string }[],
): ReadonlyMap<number, number> {
  return new Map(partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]))
}

/** Rejects with BROKER_UNAVAILABLE, unless the error is one of ours already. */
export function asUnavailable(cause: unknown): never {
  if (cause instanceof MillraceError) throw cause
  throw new MillraceError('BROKER_UNAVAILABLE', 'Kafka did not answer.', { cause })
}
