import { ByteReader } from '../codec/byte-reader.ts'
import { ByteWriter } from '../codec/byte-writer.ts'
import { type EventType, type EventValues, idText } from '../define/event-type.ts'
import type { Aggregation, FeatureView } from '../define/feature-view.ts'
import { hashText } from '../partition/murmur2.ts'
import { type ColumnKind, Series } from '../window/series.ts'
import { type Column, columnsOf } from './columns.ts'
import { type Evaluator, evaluatorOf, rangesOf, type WindowRange } from './evaluators.ts'
import { decodeViewState, encodeViewState } from './state-codec.ts'
import type { Evaluation, ViewState } from './view-state.ts'

interface SourcePlan {
  readonly source: EventType
  readonly columns: readonly Column[]
  /** How far back the windows over this source reach (ms). */
  readonly reach: number
  /** The columns' values of the event at work. */
  readonly values: number[]
}

/**
 * Computes the features of one view: every branch on the declaration is taken here, once.
 * The same engine serves the stream, requests, backfills and training sets.
 */
export class ViewEngine {
  readonly featureNames: readonly string[]
  readonly #view: FeatureView
  readonly #scored: EventType
  readonly #plans: readonly SourcePlan[]
  readonly #kinds: readonly (readonly ColumnKind[])[]
  readonly #ranges: readonly WindowRange[]
  readonly #evaluators: readonly Evaluator[]
  /** First entry of each range, and the one after its last, at the evaluation at work. */
  readonly #starts: number[]
  readonly #ends: number[]
  readonly #writer = new ByteWriter()

  /** @param scored the event type whose ids are remembered, since requests may ask for one that was handled */
  constructor(view: FeatureView, scored: EventType) {
    this.#view = view
    this.#scored = scored
    this.featureNames = Object.keys(view.features)
    const aggregations = Object.values(view.features)
    this.#plans = view.sources.map(source => ({
      source,
      columns: columnsOf(source, aggregations),
      reach: Math.max(0, ...aggregations.filter(a => a.source === source).map(a => a.window + a.offset)),
      values: [],
    }))
    this.#kinds = this.#plans.map(plan => plan.columns.map(column => column.kind))
    const sourceOf = ({ source }: Aggregation): number => view.sources.indexOf(source)
    this.#ranges = rangesOf(aggregations, sourceOf)
    this.#starts = this.#ranges.map(() => 0)
    this.#ends = this.#ranges.map(() => 0)
    this.#evaluators = aggregations.map(a =>
      evaluatorOf(a, sourceOf(a), this.#ranges, this.#plans[sourceOf(a)]!.columns),
    )
  }

  init(): ViewState {
    return { series: this.#kinds.map(kinds => new Series(kinds)), latest: -Infinity, recent: [] }
  }

  /** Adds an event of one of the view's sources to a state, in place. */
  add(state: ViewState, source: EventType, event: EventValues): void {
    const index = this.#view.sources.indexOf(source)
    const plan = this.#plans[index]!
    const time = event[source.eventTime] as number
    const series = state.series[index]!
    if (time > state.latest) state.latest = time
    this.#prune(state)
    if (plan.reach > 0) {
      for (let c = 0; c < plan.columns.length; c++) plan.values[c] = plan.columns[c]!.valueOf(event)
      series.insert(time, plan.values)
    }
    if (source === this.#scored)
      state.recent.push({ hash: hashText(idText(event, source.id)), eventTime: time })
  }

  /** Whether this very event is among those handled lately. */
  includes(state: ViewState, event: EventValues): boolean {
    const hash = hashText(idText(event, this.#scored.id))
    const time = event[this.#scored.eventTime] as number
    return state.recent.some(recent => recent.eventTime === time && recent.hash === hash)
  }

  /** Evaluates every feature at `time` (epoch ms) into `out`, from position `at` on; the state is not changed. */
  evaluate(state: ViewState, time: number, out: number[], at: number): Evaluation {
    this.#locate(state, time)
    for (let i = 0; i < this.#evaluators.length; i++) {
      const { range, fold } = this.#evaluators[i]!
      const series = state.series[this.#ranges[range]!.source]!
      out[at + i] = fold(series, this.#starts[range]!, this.#ends[range]!)
    }
    const truncated = this.#plans.some(({ reach }, i) => time - reach < state.series[i]!.removedUpTo)
    return { truncated, newest: newestUpTo(state, time) }
  }

  /** Finds the entries of each range. */
  #locate({ series }: ViewState, time: number): void {
    for (let r = 0; r < this.#ranges.length; r++) {
      const { source, window, offset } = this.#ranges[r]!
      const end = series[source]!.countUpTo(time - offset)
      this.#ends[r] = end
      this.#starts[r] = end === 0 ? 0 : series[source]!.countUpTo(time - offset - window)
    }
  }

  encode(state: ViewState): Uint8Array {
    return encodeViewState(state, this.#writer)
  }

  /** Throws STATE_VERSION_UNKNOWN for a state of another codec version. */
  decode(bytes: Uint8Array): ViewState {
    return decodeViewState(new ByteReader(bytes), this.#kinds)
  }

  /** Forgets what no evaluation within the grace can reach, and what exceeds the declared bounds. */
  #prune(state: ViewState): void {
    for (let i = 0; i < this.#plans.length; i++) {
      const { reach, source } = this.#plans[i]!
      const series = state.series[i]!
      const limit = state.latest - reach - source.grace
      // Most events push nothing out: one look at the oldest entry says so.
      if (series.length <= this.#view.maxEntries && (series.length === 0 || series.timeAt(0) > limit))
        continue
      series.removeOldest(Math.max(series.countUpTo(limit), series.length - this.#view.maxEntries))
    }
    const oldest = state.latest - this.#view.recentIds
    let expired = 0
    while (expired < state.recent.length && state.recent[expired]!.eventTime < oldest) expired++
    if (expired > 0) state.recent.splice(0, expired)
  }
}

function newestUpTo(state: ViewState, time: number): number | null {
  let newest: number | null = null
  for (const series of state.series) {
    const count = series.countUpTo(time)
    if (count > 0 && (newest === null || series.timeAt(count - 1) > newest)) newest = series.timeAt(count - 1)
  }
  return newest
}
