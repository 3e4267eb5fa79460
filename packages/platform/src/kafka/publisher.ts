import { MillraceError, partitionOf, type StageOutput } from '@millrace/core'
import type { IHeaders, Kafka, Message, Producer } from 'kafkajs'
import { groupInOnePass } from './group-by-partition.ts'

/** Turns an output's value into the bytes of its topic's wire format. */
export type EncodeValue = (value: unknown) => Buffer

/** A topic that outputs go to. */
export interface PublishedTopic {
  readonly partitions: number
  readonly encode: EncodeValue
}

/** Below the broker's usual limit of 1 MB for a batch, with room for its framing. */
const MAX_SEND_BYTES = 900_000

/** About 3 s of tries: it is the stage that tries for ever, and it must be able to stop meanwhile. */
const SEND_RETRY = { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 }

/**
 * Publishes outputs in their order: idempotent, acknowledged by all replicas, one send in flight. A rejected send may
 * have reached one partition and not another, and leaves kafkajs' sequence numbers wrong: that producer is discarded.
 */
export class Publisher {
  readonly #kafka: Kafka
  readonly #topics: ReadonlyMap<string, PublishedTopic>
  #producer: Promise<Producer> | undefined

  constructor(kafka: Kafka, topics: ReadonlyMap<string, PublishedTopic>) {
    this.#kafka = kafka
    this.#topics = topics
  }

  /** Resolves when every output is acknowledged. Throws PUBLISH_FAILED. */
  async publish(outputs: readonly StageOutput[]): Promise<void> {
    for (const chunk of chunksOf(outputs.map(output => this.#messageOf(output)))) await this.#send(chunk)
  }

  async close(): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    await producer?.then(connected => connected.disconnect()).catch(() => {})
  }

  #messageOf({ topic, key, value, headers }: StageOutput): Addressed {
    const { partitions, encode } = this.#topics.get(topic)!
    const bytes =
      value === null
        ? null
        : value instanceof Uint8Array
          ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
          : encode(value)
    const message: Message = { value: bytes, partition: key === undefined ? 0 : partitionOf(key, partitions) }
    if (key !== undefined) message.key = typeof key === 'string' ? key : Buffer.from(key)
    if (headers !== undefined) message.headers = headers as IHeaders
    return { topic, message, bytes: (bytes?.length ?? 0) + 64 }
  }

  async #send(chunk: readonly Addressed[]): Promise<void> {
    const byTopic = Map.groupBy(chunk, ({ topic }) => topic)
    const topicMessages = [...byTopic].map(([topic, items]) => ({
      topic,
      messages: groupInOnePass(items.map(item => item.message)),
    }))
    try {
      this.#producer ??= this.#connect()
      const producer = await this.#producer
      await producer.sendBatch({ topicMessages, acks: -1 })
    } catch (cause) {
      await this.close()
      throw new MillraceError('PUBLISH_FAILED', 'Kafka did not take the outputs: the stage tries again.', {
        cause,
      })
    }
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: SEND_RETRY,
    })
    await producer.connect()
    return producer
  }
}

interface Addressed {
  readonly topic: string
  readonly message: Message
  readonly bytes: number
}

function* chunksOf(messages: readonly Addressed[]): Generator<readonly Addressed[]> {
  let start = 0
  let bytes = 0
  for (let i = 0; i < messages.length; i++) {
    bytes += messages[i]!.bytes
    if (bytes > MAX_SEND_BYTES && i > start) {
      yield messages.slice(start, i)
      start = i
      bytes = messages[i]!.bytes
    }
  }
  if (start < messages.length) yield messages.slice(start)
}
