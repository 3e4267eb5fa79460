import { type Pipeline, topics } from '@millrace/core'
import type { ServiceSpec } from '../services/service-process.ts'
import type { Input } from '../source/input-event.ts'
import type { Display } from '../view/display.ts'
import type { Phase, ViewState } from '../view/view-state.ts'
import { pollMetrics } from '../watch/metrics-poller.ts'
import { StageRates } from '../watch/stage-rates.ts'
import type { Accounting } from './accounting.ts'
import type { RunClock } from './run-clock.ts'

export interface LiveViewOptions {
  readonly pipeline: Pipeline
  readonly input: Input
  readonly clock: RunClock
  readonly accounting: Accounting
  readonly members: readonly ServiceSpec[]
  readonly display: Display
}

const DRAW_INTERVAL_MS = 250
const POLL_INTERVAL_MS = 1_000

/** Shows a run several times a second, from when it is started until it is stopped. */
export class LiveView {
  readonly #options: LiveViewOptions
  readonly #rates: StageRates
  readonly #timers: readonly NodeJS.Timeout[]
  #isFinishing = false
  #predictions = { count: 0, at: performance.now(), perSecond: 0 }

  constructor(options: LiveViewOptions) {
    this.#options = options
    this.#rates = new StageRates(options.pipeline.namespace, stagesOf(options.pipeline))
    this.#timers = [
      setInterval(() => this.#draw(), DRAW_INTERVAL_MS),
      setInterval(() => void this.#poll(), POLL_INTERVAL_MS),
    ]
  }

  /** Everything is sent: what is missing are outcomes. */
  finishing(): void {
    this.#isFinishing = true
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#draw()
    this.#options.display.end()
  }

  async #poll(): Promise<void> {
    const { predictions: count } = this.#options.accounting.snapshot()
    const at = performance.now()
    const perSecond = (1_000 * (count - this.#predictions.count)) / (at - this.#predictions.at)
    this.#predictions = { count, at, perSecond }
    await pollMetrics(this.#options.members, this.#rates)
  }

  #draw(): void {
    const { display, pipeline, input, clock, accounting } = this.#options
    const totals = accounting.snapshot()
    const state: ViewState = {
      pipeline: pipeline.name,
      input,
      order: input.order,
      phase: this.#phase(totals.eventTime ?? input.firstEventTime),
      clockTime: clock.now(),
      speed: clock.speed,
      totals,
      predictionsPerSecond: this.#predictions.perSecond,
      stages: this.#rates.views,
    }
    display.show(state)
  }

  #phase(eventTime: number): Phase {
    const { input, accounting } = this.#options
    if (this.#isFinishing) return 'finishing'
    if (eventTime < input.historyEnd) return 'history'
    if (accounting.isLive) return 'live'
    return input.isReplay ? 'replay' : 'catching up'
  }
}

/** In the order in which events flow. */
function stagesOf(pipeline: Pipeline): string[] {
  return [
    ...pipeline.events.map(topics.ingestStage),
    ...pipeline.views.map(view => view.name),
    topics.SCORE_STAGE,
    topics.DRIFT_STAGE,
  ]
}
