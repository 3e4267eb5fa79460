import type { DriftStatus, DriftVerdict, Pipeline, RetrainingRequest } from '@millrace/core'
import { HitCounter, type Hits } from './hits.ts'
import type { Settlement } from './ledger.ts'
import { Quantiles } from './quantiles.ts'

/** All that a run has come to so far. */
export interface TotalsSnapshot {
  /** Scored events that were sent and acknowledged. */
  readonly sent: number
  /** Those of them that count as the run, and not as its history. */
  readonly counted: number
  /** Event time of the latest one (epoch ms). */
  readonly eventTime: number | undefined
  readonly predictions: number
  /** Records of all raw topics that were refused, by reason. */
  readonly deadLetters: Readonly<Record<string, number>>
  readonly hits: Hits
  /** From sending an event to receiving its prediction (ms), of live events. */
  readonly latency: { readonly count: number; readonly p50?: number; readonly p99?: number }
  readonly drift: DriftTotals
}

export interface DriftTotals {
  readonly verdicts: Readonly<Partial<Record<DriftStatus, number>>>
  readonly latest: DriftVerdict | undefined
  /** Episodes for which a new model was asked for. */
  readonly retrainingRequests: readonly string[]
}

/** Adds up what happens in a run. It is told of everything, and looks at nothing itself. */
export class Totals {
  readonly #mildest: string
  readonly #hasLabels: boolean
  readonly #historyEnd: number
  readonly #hits = new HitCounter()
  readonly #latency = new Quantiles()
  readonly #deadLetters = new Map<string, number>()
  readonly #verdicts = new Map<DriftStatus, number>()
  readonly #episodes = new Set<string>()
  #latest: DriftVerdict | undefined
  #sent = 0
  #counted = 0
  #predictions = 0
  #eventTime: number | undefined

  /** @param historyEnd event time from which events count (epoch ms) */
  constructor(pipeline: Pipeline, input: { readonly historyEnd: number; readonly hasLabels: boolean }) {
    this.#mildest = pipeline.model.decisions.at(-1)!.decision
    this.#historyEnd = input.historyEnd
    this.#hasLabels = input.hasLabels
  }

  /** A scored event was sent; `eventTime` is undefined where it has none that can be read. */
  sent(eventTime: number | undefined): void {
    this.#sent++
    if (eventTime === undefined || eventTime >= this.#historyEnd) this.#counted++
    this.#eventTime = eventTime ?? this.#eventTime
  }

  /** One of our events came to its end. */
  settled({ entry, outcome }: Settlement): void {
    if (outcome.kind === 'dead-lettered') return
    const { prediction, receivedAt } = outcome
    this.#predictions++
    if (entry.isLive) this.#latency.add(receivedAt - entry.sentAt)
    if (this.#hasLabels) this.#hits.decided(String(prediction.id), prediction.decision !== this.#mildest)
  }

  /** The truth about a scored event became known. */
  labelled(id: string, isPositive: boolean): void {
    this.#hits.labelled(id, isPositive)
  }

  /** A record of any raw topic was refused. */
  deadLettered(reason: string): void {
    this.#deadLetters.set(reason, (this.#deadLetters.get(reason) ?? 0) + 1)
  }

  judged(verdict: DriftVerdict): void {
    this.#verdicts.set(verdict.status, (this.#verdicts.get(verdict.status) ?? 0) + 1)
    this.#latest = verdict
  }

  retrainingRequested({ episode }: RetrainingRequest): void {
    this.#episodes.add(episode)
  }

  snapshot(): TotalsSnapshot {
    const [p50, p99] = [this.#latency.at(0.5), this.#latency.at(0.99)]
    return {
      sent: this.#sent,
      counted: this.#counted,
      eventTime: this.#eventTime,
      predictions: this.#predictions,
      deadLetters: Object.fromEntries(this.#deadLetters),
      hits: this.#hits.hits,
      latency: {
        count: this.#latency.count,
        ...(p50 !== undefined && { p50 }),
        ...(p99 !== undefined && { p99 }),
      },
      drift: {
        verdicts: Object.fromEntries(this.#verdicts),
        latest: this.#latest,
        retrainingRequests: [...this.#episodes],
      },
    }
  }
}
