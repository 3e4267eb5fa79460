import type { DriftVerdict, EventType, Origin, Pipeline, Prediction, RetrainingRequest } from '@millrace/core'
import type { SentEvent } from '../produce/batch.ts'
import type { Input } from '../source/input-event.ts'
import type { VectorFile } from '../vectors/vector-file.ts'
import { Ledger, type Settlement } from '../view/ledger.ts'
import { Totals, type TotalsSnapshot } from '../view/totals.ts'
import type { RunListener } from '../watch/readers.ts'
import type { RunClock } from './run-clock.ts'

export interface AccountingOptions {
  readonly pipeline: Pipeline
  readonly input: Pick<Input, 'historyEnd' | 'hasLabels'>
  readonly clock: Pick<RunClock, 'dueAt'>
  readonly vectors: VectorFile | undefined
}

/** Who is later than this is catching up: the input with an event, the services with an outcome (ms of the wall clock). */
const LIVE_WITHIN_MS = 300

/** Books what a run sends and what comes of it. */
export class Accounting implements RunListener {
  readonly #pipeline: Pipeline
  readonly #clock: Pick<RunClock, 'dueAt'>
  readonly #vectors: VectorFile | undefined
  readonly #ledger = new Ledger()
  readonly #totals: Totals
  #isLive = false
  #firstSentAt: number | undefined
  #lastNews = performance.now()

  constructor({ pipeline, input, clock, vectors }: AccountingOptions) {
    this.#pipeline = pipeline
    this.#clock = clock
    this.#vectors = vectors
    this.#totals = new Totals(pipeline, input)
  }

  /** Scored events that nothing has become of yet. */
  get pending(): number {
    return this.#ledger.pending
  }

  /** The input and the services have caught up with the clock; from then on only a late input says otherwise. */
  get isLive(): boolean {
    return this.#isLive
  }

  /** How long nothing was heard of any topic (ms). */
  get quietMs(): number {
    return performance.now() - this.#lastNews
  }

  /** From the first event sent to the latest news of any topic (ms). */
  get elapsedMs(): number {
    return Math.max(0, this.#lastNews - (this.#firstSentAt ?? this.#lastNews))
  }

  snapshot(): TotalsSnapshot {
    return this.#totals.snapshot()
  }

  /** Scored events were acknowledged that had been given to the producer at `sentAt` (epoch ms). */
  sent(events: readonly SentEvent[], sentAt: number): void {
    this.#firstSentAt ??= performance.now()
    const timeField = this.#pipeline.scored.eventTime
    for (const { partition, offset, event } of events) {
      const eventTime = typeof event[timeField] === 'number' ? event[timeField] : undefined
      if (eventTime !== undefined) this.#isLive = this.#keepsUp(eventTime, sentAt)
      this.#totals.sent(eventTime)
      this.#vectors?.expect(event)
      this.#book(this.#ledger.sent({ partition, offset }, { event, sentAt, isLive: this.#isLive }))
    }
  }

  predicted(prediction: Prediction): void {
    const receivedAt = this.#hear()
    this.#book(this.#ledger.settle(prediction.origin, { kind: 'predicted', prediction, receivedAt }))
  }

  deadLettered(type: EventType, origin: Origin, reason: string): void {
    this.#hear()
    this.#totals.deadLettered(reason)
    if (type === this.#pipeline.scored) this.#book(this.#ledger.settle(origin, { kind: 'dead-lettered' }))
  }

  labelled(id: string, isPositive: boolean): void {
    this.#hear()
    this.#totals.labelled(id, isPositive)
  }

  judged(verdict: DriftVerdict): void {
    this.#hear()
    this.#totals.judged(verdict)
  }

  retrainingRequested(request: RetrainingRequest): void {
    this.#hear()
    this.#totals.retrainingRequested(request)
  }

  /** Slow outcomes end nothing: they are what is measured. */
  #keepsUp(eventTime: number, sentAt: number): boolean {
    if (sentAt - this.#clock.dueAt(eventTime) >= LIVE_WITHIN_MS) return false
    const { oldestSentAt = sentAt } = this.#ledger
    return this.#isLive || sentAt - oldestSentAt < LIVE_WITHIN_MS
  }

  #book(settlement: Settlement | undefined): void {
    if (settlement === undefined) return
    this.#totals.settled(settlement)
    this.#vectors?.settled(settlement)
  }

  /** The wall clock's time (epoch ms). */
  #hear(): number {
    this.#lastNews = performance.now()
    return Date.now()
  }
}
