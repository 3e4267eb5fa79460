import { setTimeout as delay } from 'node:timers/promises'
import type { RequestedPrediction, StageOutput } from '@millrace/core'

/** Resolves when the records are acknowledged. */
type Publish = (records: readonly StageOutput[]) => Promise<void>

export interface PredictionLogOptions {
  readonly topic: string
  /** Predictions that may wait for Kafka. Default 10,000. */
  readonly capacity?: number
  /** How long to wait after a send that failed (ms). Default 1,000. */
  readonly pause?: number
  /** Told how many predictions were lost, since too many waited. */
  readonly onLost?: (predictions: number) => void
  /** Told how long Kafka took for a send (ms). */
  readonly onSent?: (took: number) => void
}

/** How many go out in one send. */
const SEND = 1_000

/**
 * Publishes decisions that were asked for, without a caller waiting for it. What Kafka does not take in time is kept up
 * to a bound; beyond it the newest are lost, and counted.
 */
export class PredictionLog {
  readonly #topic: string
  readonly #capacity: number
  readonly #pause: number
  readonly #onLost: (predictions: number) => void
  readonly #onSent: (took: number) => void
  readonly #closing = new AbortController()
  #publish: Publish | undefined
  #waiting: StageOutput[] = []
  #sending: Promise<void> | undefined

  constructor(options: PredictionLogOptions) {
    const { topic, capacity = 10_000, pause = 1_000, onLost = () => {}, onSent = () => {} } = options
    this.#topic = topic
    this.#capacity = capacity
    this.#pause = pause
    this.#onLost = onLost
    this.#onSent = onSent
  }

  /** From now on what waits is sent. */
  open(publish: Publish): void {
    this.#publish = publish
    this.#sendSoon()
  }

  add(key: string, value: RequestedPrediction): void {
    if (this.#waiting.length >= this.#capacity) {
      this.#onLost(1)
      return
    }
    this.#waiting.push({ topic: this.#topic, key, value })
    this.#sendSoon()
  }

  /** Sends what waits, once; what Kafka does not take then is lost, and counted: answers how many. */
  async close(): Promise<number> {
    this.#closing.abort()
    await this.#sending
    const { length } = this.#waiting
    if (length > 0) this.#onLost(length)
    return length
  }

  #sendSoon(): void {
    if (this.#publish === undefined || this.#waiting.length === 0) return
    this.#sending ??= this.#sendAll(this.#publish).finally(() => {
      this.#sending = undefined
    })
  }

  /** Predictions of one turn of the event loop travel together. */
  async #sendAll(publish: Publish): Promise<void> {
    await delay(0)
    while (this.#waiting.length > 0) {
      const records = this.#waiting.slice(0, SEND)
      const start = performance.now()
      try {
        await publish(records)
        this.#onSent(performance.now() - start)
        this.#waiting = this.#waiting.slice(records.length)
      } catch {
        if (this.#closing.signal.aborted) return
        await delay(this.#pause, undefined, { signal: this.#closing.signal }).catch(() => {})
      }
    }
  }
}
