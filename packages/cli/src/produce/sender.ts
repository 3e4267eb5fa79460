import { setTimeout as delay } from 'node:timers/promises'
import { type Clock, END_OF_INPUT, type EventType, type StageOrder, WATERMARK_HEADER } from '@millrace/core'
import type { Kafka, Producer } from 'kafkajs'
import type { InputEvent } from '../source/input-event.ts'
import { Batch, type SentEvent } from './batch.ts'
import { WatermarkSchedule } from './watermarks.ts'

export interface SenderOptions {
  readonly kafka: Kafka
  readonly scored: EventType
  /** The number of partitions of each raw topic. */
  readonly partitions: ReadonlyMap<string, number>
  readonly order: StageOrder
  /** The declared clock: an event is sent as soon as it has reached its event time. */
  readonly clock: Clock
  /** How many times as fast as the wall clock `clock` runs. */
  readonly speed: number
  /** Whether so many events are under way that sending has to wait. */
  readonly isFull: () => boolean
  /** Told after each acknowledged send: what was sent when (epoch ms of the wall clock), and the latest event time. */
  readonly onSent: (events: readonly SentEvent[], sentAt: number, eventTime: number | undefined) => void
  /** Ends the sending between two batches. */
  readonly signal: AbortSignal
}

const FULL_WAIT_MS = 10
/** A longer wait is cut, so that a clock that was set is noticed. */
const LONGEST_WAIT_MS = 1_000

/** Sends the events of the input to their raw topics: in their order, acknowledged by all replicas, one send at a time. */
export class Sender {
  readonly #options: SenderOptions
  readonly #producer: Producer
  readonly #watermarks: WatermarkSchedule | undefined
  #batch: Batch
  #eventTime: number | undefined

  private constructor(options: SenderOptions, producer: Producer) {
    this.#options = options
    this.#producer = producer
    this.#watermarks = options.order === 'strict' ? new WatermarkSchedule() : undefined
    this.#batch = this.#newBatch()
  }

  static async connect(options: SenderOptions): Promise<Sender> {
    const producer = options.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    })
    await producer.connect()
    return new Sender(options, producer)
  }

  /** Sends all events, under strict order with the word that none follows. Throws the signal's reason. */
  async sendAll(events: AsyncIterable<InputEvent>): Promise<void> {
    for await (const event of events) {
      await this.#whenDue(event)
      this.#add(event)
      if (this.#batch.isFull) await this.#flush()
    }
    if (this.#watermarks !== undefined) this.#addWatermark(END_OF_INPUT)
    await this.#flush()
  }

  async close(): Promise<void> {
    await this.#producer.disconnect()
  }

  /** What is there goes out before the wait. */
  async #whenDue({ eventTime = Number.NEGATIVE_INFINITY }: InputEvent): Promise<void> {
    const { clock, speed, signal } = this.#options
    for (;;) {
      const ahead = eventTime - clock.now()
      if (ahead <= 0) return
      if (this.#batch.size > 0) await this.#flush()
      else await delay(Math.min(Math.ceil(ahead / speed), LONGEST_WAIT_MS), undefined, { signal })
    }
  }

  #add(event: InputEvent): void {
    const watermark = this.#watermarks?.before(event.eventTime)
    if (watermark !== undefined) this.#addWatermark(String(watermark))
    this.#batch.add(event)
    this.#eventTime = event.eventTime ?? this.#eventTime
  }

  #addWatermark(text: string): void {
    this.#batch.addToAll({ [WATERMARK_HEADER]: text })
  }

  async #flush(): Promise<void> {
    const { isFull, onSent, signal } = this.#options
    while (isFull()) await delay(FULL_WAIT_MS, undefined, { signal })
    signal.throwIfAborted()
    if (this.#batch.size === 0) return
    const batch = this.#batch
    this.#batch = this.#newBatch()
    const sentAt = Date.now()
    const acknowledged = await this.#producer.sendBatch({ topicMessages: batch.topicMessages(), acks: -1 })
    onSent(batch.sentEvents(acknowledged), sentAt, this.#eventTime)
  }

  #newBatch(): Batch {
    return new Batch(this.#options.scored, this.#options.partitions)
  }
}
