import { MillraceError, partitionOf, type StageOutput } from '@millrace/core'
import type { Outbox } from './outbox.ts'
import { type PartitionBatch, Producer, type ProducerCluster } from './produce/producer.ts'
import { BatchWriter } from './record-batch/batch-writer.ts'

/** Turns an output's value into its topic's wire format; a text is sent as UTF-8. */
export type EncodeValue = (value: unknown) => Buffer | string

/** A topic that outputs go to. */
export interface PublishedTopic {
  readonly partitions: number
  readonly encode: EncodeValue
}

/** Below the broker's usual limit of 1 MB for a batch, with room for the framing of the request. */
const MAX_REQUEST_BYTES = 900_000

/**
 * Publishes outputs in their order: idempotent, acknowledged by all replicas, one send in flight. Nobody knows how much
 * of a rejected send was appended: its producer is discarded, and the next one has an identity of its own.
 */
export class Publisher implements Outbox {
  readonly #newCluster: () => ProducerCluster
  readonly #topics: ReadonlyMap<string, TopicBatches>
  /** The batches with records in them. */
  #filled: PartitionBatch[] = []
  #room = MAX_REQUEST_BYTES
  #producer: Promise<Producer> | undefined

  /** @param newCluster connections that a producer can have for itself */
  constructor(newCluster: () => ProducerCluster, topics: ReadonlyMap<string, PublishedTopic>) {
    this.#newCluster = newCluster
    this.#topics = new Map([...topics].map(([name, topic]) => [name, { ...topic, batches: [] }]))
  }

  /** Connects, so that the first outputs need not wait for it. Throws PUBLISH_FAILED. */
  async connect(): Promise<void> {
    await this.#connected().catch(cause => this.#giveUp(cause))
  }

  /** Adds outputs and flushes; until it resolves nothing else may be published. Throws PUBLISH_FAILED. */
  async publish(outputs: readonly StageOutput[]): Promise<void> {
    try {
      await this.add(outputs)
      await this.flush()
    } finally {
      this.discard()
    }
  }

  async add(outputs: readonly StageOutput[]): Promise<void> {
    const now = Date.now()
    for (const output of outputs) {
      const { partitions, encode } = this.#topics.get(output.topic)!
      const { key, value } = output
      const partition = key === undefined ? 0 : partitionOf(key, partitions)
      const bytes = value === null || value instanceof Uint8Array ? value : encode(value)
      if (this.#append(output, partition, bytes, now)) continue
      await this.flush()
      this.#append(output, partition, bytes, now)
    }
  }

  async flush(): Promise<void> {
    if (this.#filled.length === 0) return
    try {
      const producer = await this.#connected()
      await producer.send(this.#filled)
    } catch (cause) {
      await this.#giveUp(cause)
    }
    this.discard()
  }

  discard(): void {
    for (const { writer } of this.#filled) writer.clear()
    this.#filled = []
    this.#room = MAX_REQUEST_BYTES
  }

  async close(): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    await producer?.then(connected => connected.close()).catch(() => {})
  }

  /** Whether there was room for the output: always, where it is the first of a request. */
  #append(
    { topic, key, headers }: StageOutput,
    partition: number,
    bytes: Uint8Array | string | null,
    now: number,
  ): boolean {
    const { batches } = this.#topics.get(topic)!
    batches[partition] ??= { topic, partition, writer: new BatchWriter() }
    const batch = batches[partition]
    const isFirst = batch.writer.count === 0
    const room = this.#filled.length === 0 ? Number.POSITIVE_INFINITY : this.#room
    const size = batch.writer.append(now, key, bytes, headers, room)
    if (size === 0) return false
    if (isFirst) this.#filled.push(batch)
    this.#room -= size
    return true
  }

  #connected(): Promise<Producer> {
    this.#producer ??= Producer.connect(this.#newCluster(), [...this.#topics.keys()])
    return this.#producer
  }

  async #giveUp(cause: unknown): Promise<never> {
    await this.close()
    throw new MillraceError('PUBLISH_FAILED', 'Kafka did not take the outputs: the stage tries again.', {
      cause,
    })
  }
}

interface TopicBatches extends PublishedTopic {
  /** By partition; those that had no record yet are missing. */
  readonly batches: (PartitionBatch | undefined)[]
}
