import { type EventType, partitionOf } from '@millrace/core'
import type { Message, RecordMetadata, TopicMessages } from 'kafkajs'
import type { InputEvent } from '../source/input-event.ts'

/** A scored event that was sent, with the coordinates of its raw record. */
export interface SentEvent {
  readonly partition: number
  readonly offset: number
  readonly event: InputEvent['event']
}

interface Place {
  readonly partition: number
  /** Which of the batch's records in that partition it is. */
  readonly index: number
  readonly event: InputEvent['event']
}

/** kafkajs' cost for a send grows with the square of its records per partition. */
const MAX_RECORDS = 1_000
/** A batch of records is refused as a whole when it is larger than its topic takes. */
const MAX_BYTES = 900_000

const encoder = new TextEncoder()

/** Records for the raw topics, gathered for one send. */
export class Batch {
  readonly #scored: EventType
  readonly #partitions: ReadonlyMap<string, number>
  readonly #messages = new Map<string, Message[]>()
  readonly #lengths = new Map<string, number>()
  readonly #places: Place[] = []
  #records = 0
  #bytes = 0

  /** @param partitions the number of partitions of each raw topic */
  constructor(scored: EventType, partitions: ReadonlyMap<string, number>) {
    this.#scored = scored
    this.#partitions = partitions
  }

  get size(): number {
    return this.#records
  }

  get isFull(): boolean {
    return this.#records >= MAX_RECORDS || this.#bytes >= MAX_BYTES
  }

  /** Adds an event as JSON, keyed by its event type's key field; one without it goes to partition 0. */
  add(input: InputEvent): void {
    const { type, event, headers } = input
    const value = Buffer.from(JSON.stringify(event))
    const keyBytes = keyOf(input)
    const partition = partitionOfEvent(input, this.#partitions.get(type.topic)!)
    const index = this.#push(type.topic, {
      partition,
      value,
      ...(keyBytes !== undefined && { key: Buffer.from(keyBytes) }),
      ...(headers !== undefined && { headers }),
    })
    this.#bytes += value.length
    if (type === this.#scored) this.#places.push({ partition, index, event })
  }

  /** Adds a record without a value to every partition of every topic. */
  addToAll(headers: NonNullable<Message['headers']>): void {
    for (const [topic, count] of this.#partitions) {
      for (let partition = 0; partition < count; partition++)
        this.#push(topic, { partition, value: null, headers })
    }
  }

  topicMessages(): TopicMessages[] {
    return [...this.#messages].map(([topic, messages]) => ({ topic, messages }))
  }

  /** Where the scored events went, in the order in which they were added. */
  sentEvents(acknowledged: readonly RecordMetadata[]): SentEvent[] {
    const { topic } = this.#scored
    const offsets = new Map(
      acknowledged
        .filter(({ topicName }) => topicName === topic)
        .map(({ partition, baseOffset }) => [partition, Number(baseOffset)]),
    )
    return this.#places.map(({ partition, index, event }) => ({
      partition,
      offset: offsets.get(partition)! + index,
      event,
    }))
  }

  #push(topic: string, message: Message & { readonly partition: number }): number {
    const slot = `${topic}/${message.partition}`
    const index = this.#lengths.get(slot) ?? 0
    this.#lengths.set(slot, index + 1)
    const messages = this.#messages.get(topic)
    if (messages === undefined) this.#messages.set(topic, [message])
    else messages.push(message)
    this.#records++
    return index
  }
}

/** The partition of an event's raw topic that it goes to: 0 where its key is no text. */
export function partitionOfEvent(event: InputEvent, partitions: number): number {
  const key = keyOf(event)
  return key === undefined ? 0 : partitionOf(key, partitions)
}

function keyOf({ type, event }: InputEvent): Uint8Array | undefined {
  const key = event[type.key]
  return typeof key === 'string' ? encoder.encode(key) : undefined
}
