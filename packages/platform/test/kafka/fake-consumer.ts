import type { Consumer, Kafka } from 'kafkajs'

type Listener = (event: { payload: unknown }) => void

/** A kafkajs consumer whose group is in the hands of the test. It keeps what it was told, in order. */
export class FakeConsumer {
  readonly events = { GROUP_JOIN: 'join', CRASH: 'crash', HEARTBEAT: 'heartbeat' }
  readonly told: unknown[][] = []
  readonly #listeners = new Map<string, Listener>()

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

  async run(): Promise<void> {}

  pause(paused: unknown): void {
    this.told.push(['pause', paused])
  }

  async commitOffsets(offsets: unknown): Promise<void> {
    this.told.push(['commit', offsets])
  }

  /** The group gave this member these partitions. */
  join(memberAssignment: Readonly<Record<string, readonly number[]>>): void {
    this.#listeners.get(this.events.GROUP_JOIN)!({ payload: { memberAssignment, duration: 250 } })
  }

  /** The coordinator answered. */
  beat(): void {
    this.#listeners.get(this.events.HEARTBEAT)!({ payload: undefined })
  }

  crash(payload: { readonly error: Error; readonly restart: boolean }): void {
    this.#listeners.get(this.events.CRASH)!({ payload })
  }
}
