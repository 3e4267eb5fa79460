import type { KafkaCluster, ProducerIdentity } from '../cluster.ts'
import type { BatchWriter } from '../record-batch/batch-writer.ts'
import { produceRequest, type SealedBatch } from './produce-request.ts'
import { readProduceResponse } from './produce-response.ts'
import { isRetriable, protocolError } from './protocol-error.ts'
import { sequenceAfter } from './sequence-numbers.ts'
import { inTries, type Pause } from './tries.ts'

/** The brokers, as a producer needs them. */
export type ProducerCluster = Pick<
  KafkaCluster,
  'connect' | 'close' | 'leaderOf' | 'refresh' | 'send' | 'newProducer'
>

/** The records that wait for a partition. */
export interface PartitionBatch {
  readonly topic: string
  readonly partition: number
  readonly writer: BatchWriter
}

/** Codes of answers, and those that stand for a batch that is in the log. */
const LEADER_NOT_AVAILABLE = 5
const UNKNOWN = -1
const APPENDED: ReadonlySet<number> = new Set([0, 46]) // 46: it was in the log already

/**
 * An idempotent producer: a batch whose answer was lost is sent again with the same sequence number, so that the
 * broker appends it once. After a rejected `send` nobody knows what was appended: this producer must then be closed.
 */
export class Producer {
  readonly #cluster: ProducerCluster
  readonly #identity: ProducerIdentity
  readonly #pause: Pause | undefined
  readonly #sequences = new Map<string, number>()

  private constructor(cluster: ProducerCluster, identity: ProducerIdentity, pause: Pause | undefined) {
    this.#cluster = cluster
    this.#identity = identity
    this.#pause = pause
  }

  /** Connects and gets an identity. The producer owns the cluster, which is closed where this rejects. */
  static async connect(
    cluster: ProducerCluster,
    topics: readonly string[],
    pause?: Pause,
  ): Promise<Producer> {
    try {
      await cluster.connect(topics)
      const identity = await inTries(() => cluster.newProducer(), pause)
      return new Producer(cluster, identity, pause)
    } catch (error) {
      await cluster.close()
      throw error
    }
  }

  /**
   * Resolves when every batch is in the log of all replicas. One at a time: the batches of one broker go out as one
   * request, those of different brokers at the same time. Rejects with kafkajs' error where a broker refuses a batch,
   * or does not take it in about 3 s of tries.
   */
  async send(batches: readonly PartitionBatch[]): Promise<void> {
    const open = new Set(batches.map(batch => this.#seal(batch)))
    await inTries(async before => {
      if (before > 0) await this.#cluster.refresh()
      await this.#sendOpen(open)
    }, this.#pause)
  }

  close(): Promise<void> {
    return this.#cluster.close()
  }

  #seal({ topic, partition, writer }: PartitionBatch): OpenBatch {
    const name = nameOf(topic, partition)
    const sequence = this.#sequences.get(name) ?? 0
    return {
      topic,
      partition,
      name,
      bytes: writer.seal(this.#identity, sequence),
      nextSequence: sequenceAfter(sequence, writer.count),
    }
  }

  /** Sends each open batch to its leader. Throws one of their errors, one that no further try mends before the others. */
  async #sendOpen(open: Set<OpenBatch>): Promise<void> {
    const byLeader = Map.groupBy(open, ({ topic, partition }) => this.#cluster.leaderOf(topic, partition))
    const errors = await Promise.all(
      [...byLeader].map(([leader, batches]) =>
        this.#sendTo(leader, batches, open).catch((error: unknown) => [error]),
      ),
    ).then(lists => lists.flat())
    if (errors.length > 0) throw errors.find(error => !isRetriable(error)) ?? errors[0]
  }

  /** Takes away from `open` what was appended. Answers the errors of the rest. */
  async #sendTo(
    leader: number | undefined,
    batches: readonly OpenBatch[],
    open: Set<OpenBatch>,
  ): Promise<readonly unknown[]> {
    if (leader === undefined) return batches.map(batch => errorOf(batch, LEADER_NOT_AVAILABLE))
    const answer = readProduceResponse(await this.#cluster.send(leader, produceRequest(batches)))
    const codes = new Map(answer.map(one => [nameOf(one.topic, one.partition), one.errorCode]))
    const errors: unknown[] = []
    for (const batch of batches) {
      const code = codes.get(batch.name) ?? UNKNOWN
      if (APPENDED.has(code)) {
        this.#sequences.set(batch.name, batch.nextSequence)
        open.delete(batch)
      } else errors.push(errorOf(batch, code))
    }
    return errors
  }
}

interface OpenBatch extends SealedBatch {
  readonly name: string
  readonly nextSequence: number
}

function nameOf(topic: string, partition: number): string {
  return `${partition}:${topic}`
}

function errorOf({ topic, partition }: SealedBatch, code: number): Error {
  return protocolError(code, topic, partition)
}
