import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { messagesOf } from './counting-stage.ts'

type Listener = (event: { payload: unknown }) => void

/** A kafkajs consumer whose group and deliveries are in the hands of the test. It keeps what it was told, in order. */
export class FakeConsumer {
  readonly events = {
    GROUP_JOIN: 'join',
    CRASH: 'crash',
    STOP: 'stop',
    FETCH: 'fetch',
    HEARTBEAT: 'heartbeat',
  }
  readonly told: unknown[][] = []
  readonly #listeners = new Map<string, Listener>()
  #eachBatch: ((payload: EachBatchPayload) => Promise<void>) | undefined

  /** A client whose one consumer this is. */
  get kafka(): Kafka {
    return { consumer: () => this as unknown as Consumer } as unknown as Kafka
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener)
  }

  async connect(): Promise<void> {}

  async disconnect(): Promise<void> {
    this.told.push(['disconnect'])
  }

  async subscribe(subscription: unknown): Promise<void> {
    this.told.push(['subscribe', subscription])
  }

  async run({ eachBatch }: { eachBatch: (payload: EachBatchPayload) => Promise<void> }): Promise<void> {
    this.#eachBatch = eachBatch
  }

  seek({ topic, partition, offset }: { topic: string; partition: number; offset: string }): void {
    this.told.push(['seek', `${topic}/${partition}`, offset])
  }

  resume(resumed: readonly { topic: string; partitions: readonly number[] }[]): void {
    for (const { topic, partitions } of resumed) this.told.push(['resume', `${topic}/${partitions}`])
  }

  async commitOffsets(offsets: unknown): Promise<void> {
    this.told.push(['commit', offsets])
  }

  /** The group gave this member these partitions. */
  join(memberAssignment: Readonly<Record<string, readonly number[]>>): void {
    this.#listeners.get(this.events.GROUP_JOIN)!({ payload: { memberAssignment } })
  }

  /** The client left the group, and has none until it joins again. */
  leave(): void {
    this.#listeners.get(this.events.STOP)!({ payload: undefined })
  }

  crash(payload: { readonly error: Error; readonly restart: boolean }): void {
    this.#listeners.get(this.events.CRASH)!({ payload })
  }

  /** Delivers keys from an offset on; the log ends ten records after them. */
  async deliver(
    topic: string,
    partition: number,
    { keys, from = 0, stale = false }: { keys: readonly string[]; from?: number; stale?: boolean },
  ): Promise<void> {
    const messages = messagesOf(keys, from)
    const batch = { topic, partition, messages, highWatermark: String(from + keys.length + 10) }
    await this.#eachBatch!({
      batch,
      isStale: () => stale,
      resolveOffset: (offset: string) => this.told.push(['resolve', `${topic}/${partition}`, offset]),
      pause: () => this.told.push(['pause', `${topic}/${partition}`]),
    } as unknown as EachBatchPayload)
  }
}
