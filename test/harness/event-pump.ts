import { setTimeout as delay } from 'node:timers/promises'
import { type SimulatedEvent, simulate } from '@millrace/card-fraud/simulator'
import { days } from '@millrace/core'
import type { Producer } from 'kafkajs'
import { type Deployment, type Ending, TEST_NOW } from './deployment.ts'
import type { RawRecord } from './raw-topics.ts'
import { rawRecordOf } from './replay.ts'

/** How many events one request to Kafka brings. */
export const PUMPED_AT_ONCE = 4
const PAUSE_MS = 40

/** An event, and when it was handed to Kafka (epoch ms). */
export type SentEvent = SimulatedEvent & { readonly sentAt: number }

/** Card payments that come in all the time. */
export class EventPump {
  readonly #deployment: Deployment
  readonly #producer: Producer
  readonly #events: Iterator<SimulatedEvent>
  readonly #sent: SentEvent[] = []
  #running = true
  #work: Promise<void> = Promise.resolve()

  private constructor(deployment: Deployment, seed: number) {
    this.#deployment = deployment
    this.#producer = deployment.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    })
    const start = TEST_NOW - days(60)
    this.#events = simulate({ seed, customers: 200, terminals: 400, start, days: 60 })
  }

  static async start(t: Ending, deployment: Deployment, seed: number): Promise<EventPump> {
    const pump = new EventPump(deployment, seed)
    t.after(() => pump.stop().then(() => {}))
    await pump.#producer.connect()
    pump.#work = pump.#run()
    return pump
  }

  /** The payments that Kafka has acknowledged, in their order. */
  get sent(): readonly string[] {
    return this.#sent.flatMap(({ type, event }) => (type === 'transaction' ? event.transactionId : []))
  }

  /** All events that Kafka has acknowledged, in their order. */
  get events(): readonly SentEvent[] {
    return this.#sent
  }

  /** Ends the stream; answers all that it brought. */
  async stop(): Promise<readonly string[]> {
    this.#running = false
    await this.#work
    await this.#producer.disconnect()
    return this.sent
  }

  async #run(): Promise<void> {
    while (this.#running) {
      const events = Array.from({ length: PUMPED_AT_ONCE }, () => this.#next())
      const sentAt = Date.now()
      await this.#send(events.map(event => rawRecordOf(event, this.#deployment.rawPartitions)))
      for (const event of events) this.#sent.push({ ...event, sentAt })
      await delay(PAUSE_MS)
    }
  }

  #next(): SimulatedEvent {
    const { done, value } = this.#events.next()
    if (done === true) throw new Error('The simulation has ended before the test.')
    return value
  }

  async #send(records: readonly RawRecord[]): Promise<void> {
    const topicMessages = [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, messages]) => ({
      topic,
      messages: messages.map(message => ({ ...message })),
    }))
    await this.#producer.sendBatch({ topicMessages })
  }
}
