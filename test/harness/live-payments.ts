import { setTimeout as delay } from 'node:timers/promises'
import { type SimulatedEvent, simulate } from '@millrace/card-fraud/simulator'
import { days } from '@millrace/core'
import type { Producer } from 'kafkajs'
import type { Deployment, Ending } from './deployment.ts'
import type { RawRecord } from './raw-topics.ts'
import { rawRecordOf } from './replay.ts'

type Payment = Extract<SimulatedEvent, { type: 'transaction' }>['event']

const POPULATION = { customers: 1_000, terminals: 2_000 }
const HISTORY_DAYS = 60
const AT_ONCE = 5
const PAUSE_MS = 200

/** The card payments of the last two months, up to now. */
export function pastPayments(seed: number): readonly SimulatedEvent[] {
  const start = Math.floor(Date.now() / days(1)) * days(1) - days(HISTORY_DAYS)
  return [...simulate({ ...POPULATION, seed, start, days: HISTORY_DAYS })]
}

/** Card payments that happen now, at a steady rate, with outcomes of earlier ones between them. */
export class LivePayments {
  readonly #producer: Producer
  readonly #events: Iterator<SimulatedEvent>
  readonly #partitions: number
  #running = true
  #work: Promise<void> = Promise.resolve()
  #latest: Payment | undefined

  private constructor(deployment: Deployment, seed: number) {
    this.#partitions = deployment.rawPartitions
    this.#producer = deployment.kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
    this.#events = simulate({ ...POPULATION, seed, start: 0 })
  }

  /** Starts the stream; it ends with the test. */
  static async start(t: Ending, deployment: Deployment, seed: number): Promise<LivePayments> {
    const live = new LivePayments(deployment, seed)
    await live.#producer.connect()
    live.#next()
    live.#work = live.#run()
    t.after(() => live.#stop())
    return live
  }

  /** A payment like those that come in, with an id of its own. */
  payment(id: string): object {
    return { ...this.#latest!, transactionId: id, occurredAt: Date.now() }
  }

  async #run(): Promise<void> {
    while (this.#running) {
      const events = Array.from({ length: AT_ONCE }, () => this.#next())
      await this.#send(events.map(event => rawRecordOf(event, this.#partitions)))
      await delay(PAUSE_MS)
    }
  }

  #next(): SimulatedEvent {
    const simulated = happeningNow(this.#events.next().value!)
    if (simulated.type === 'transaction') this.#latest = simulated.event
    return simulated
  }

  async #send(records: readonly RawRecord[]): Promise<void> {
    const topicMessages = [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, messages]) => ({
      topic,
      messages: messages.map(message => ({ ...message })),
    }))
    await this.#producer.sendBatch({ topicMessages })
  }

  async #stop(): Promise<void> {
    this.#running = false
    await this.#work
    await this.#producer.disconnect()
  }
}

function happeningNow(simulated: SimulatedEvent): SimulatedEvent {
  const now = Date.now()
  const transactionId = `live-${simulated.event.transactionId}`
  return simulated.type === 'transaction'
    ? { type: 'transaction', event: { ...simulated.event, transactionId, occurredAt: now } }
    : { type: 'label', event: { ...simulated.event, transactionId, knownAt: now } }
}
