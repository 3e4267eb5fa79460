import { ByteReader } from '../codec/byte-reader.ts'
import { ByteWriter, VARINT_BYTES } from '../codec/byte-writer.ts'
import { type EventType, type EventValues, idText } from '../define/event-type.ts'
import { featureKindOf } from '../define/feature-kind.ts'
import type { FeatureKind, FeatureValue } from '../define/feature-value.ts'
import type { FeatureView } from '../define/feature-view.ts'
import type { Precision } from '../define/window.ts'
import { hashText } from '../partition/murmur2.ts'
import { MemoryLayout } from '../window/memory-layout.ts'
import { HistoryPlan } from './history-plan.ts'
import { RECENT_ID_BYTES, RecentIds } from './recent-ids.ts'
import {
  encodeViewState,
  peekViewState,
  readViewState,
  STATE_VERSION,
  unknownStateVersion,
} from './state-codec.ts'
import { decodeStateV1 } from './state-codec-v1.ts'
import type { Evaluation, StateLayout, ViewState } from './view-state.ts'

const PRECISIONS: readonly Precision[] = ['exact', 'tiled']

/**
 * Computes the features of one view: every branch on the declaration is taken here, once.
 * The same engine serves the stream, requests, backfills and training sets.
 */
export class ViewEngine {
  readonly featureNames: readonly string[]
  readonly featureKinds: readonly FeatureKind[]
  readonly #view: FeatureView
  readonly #scored: EventType | undefined
  readonly #plans: readonly HistoryPlan[]
  /** For each feature, the places of the plans over its source. */
  readonly #plansOfFeatures: readonly (readonly number[])[]
  /** For each plan, the newest event time at the question at work. */
  readonly #newest: number[]
  readonly #layout: StateLayout
  #lent: ViewState | undefined
  readonly #writer = new ByteWriter()

  /**
   * @param scored the event type whose ids are remembered, since requests may ask for one that was handled; left out
   * where none will
   */
  constructor(view: FeatureView, scored?: EventType) {
    this.#view = view
    this.#scored = scored
    this.featureNames = Object.keys(view.features)
    this.featureKinds = Object.values(view.features).map(featureKindOf)
    const memory = new MemoryLayout()
    const latest = memory.number(Number.NEGATIVE_INFINITY)
    this.#plans = view.sources.flatMap(source => plansOf(view, source, memory))
    const histories = this.#plans.map(({ history }) => history)
    this.#layout = { memory, latest, histories, recentIds: new RecentIds(memory) }
    this.#newest = this.#plans.map(() => 0)
    this.#plansOfFeatures = Object.values(view.features).map(({ source }) =>
      this.#plans.flatMap((plan, i) => (plan.source === source ? [i] : [])),
    )
  }

  /** The most bytes that a state takes, however many events its entity has. */
  get maxStateBytes(): number {
    const recentIds = VARINT_BYTES + this.#view.maxEntries * RECENT_ID_BYTES
    return this.#plans.reduce((sum, plan) => sum + plan.maxBytes, 1 + VARINT_BYTES + recentIds)
  }

  /** The state of an entity without events. */
  init(): ViewState {
    return this.#layout.memory.init()
  }

  /** Latest event time handled (epoch ms), −Infinity before the first event. */
  latestOf(state: ViewState): number {
    return state.numbers[this.#layout.latest]!
  }

  /** Adds an event of one of the view's sources to a state, in place. */
  add(state: ViewState, source: EventType, event: EventValues): void {
    const time = event[source.eventTime] as number
    const latest = Math.max(time, this.latestOf(state))
    state.numbers[this.#layout.latest] = latest
    for (let i = 0; i < this.#plans.length; i++) {
      const plan = this.#plans[i]!
      plan.history.prune(state, latest)
      if (plan.source === source) plan.add(state, event)
    }
    const { recentIds, maxEntries } = this.#view
    this.#layout.recentIds.forget(state, maxEntries - 1, latest - recentIds)
    if (source === this.#scored) this.#layout.recentIds.push(state, hashText(idText(event, source.id)), time)
  }

  /** Whether this very event is among those handled lately. */
  includes(state: ViewState, event: EventValues): boolean {
    if (this.#scored === undefined) return false
    const hash = hashText(idText(event, this.#scored.id))
    const time = event[this.#scored.eventTime] as number
    return this.#layout.recentIds.includes(state, hash, time)
  }

  /** How many ids of events that were handled lately a state remembers. */
  recentIdsOf(state: ViewState): number {
    return this.#layout.recentIds.length(state)
  }

  /** Evaluates every feature at `time` (epoch ms) into `out`, from position `at` on; the state is not changed. */
  evaluate(state: ViewState, time: number, out: FeatureValue[], at: number): Evaluation {
    let truncated = false
    let newest = Number.NEGATIVE_INFINITY
    for (let i = 0; i < this.#plans.length; i++) {
      const plan = this.#plans[i]!
      plan.evaluate(state, time, out, at)
      truncated ||= plan.history.isTruncatedAt(state, time)
      newest = Math.max(newest, plan.history.newestUpTo(state, time))
    }
    return { truncated, newest: newest === Number.NEGATIVE_INFINITY ? null : newest }
  }

  /** Event time of the newest event of the entity at or before `time` (epoch ms), or null. */
  newestUpTo(state: ViewState, time: number): number | null {
    let newest = Number.NEGATIVE_INFINITY
    for (const { history } of this.#plans) newest = Math.max(newest, history.newestUpTo(state, time))
    return newest === Number.NEGATIVE_INFINITY ? null : newest
  }

  /** For each feature, the event time of the newest event of its source at or before `time` (epoch ms), or null. */
  featureTimes(state: ViewState, time: number): (number | null)[] {
    const times = this.#newest
    for (let i = 0; i < times.length; i++) times[i] = this.#plans[i]!.history.newestUpTo(state, time)
    const ofFeatures = new Array<number | null>(this.#plansOfFeatures.length)
    for (let f = 0; f < ofFeatures.length; f++) {
      let newest = Number.NEGATIVE_INFINITY
      for (const plan of this.#plansOfFeatures[f]!) newest = Math.max(newest, times[plan]!)
      ofFeatures[f] = newest === Number.NEGATIVE_INFINITY ? null : newest
    }
    return ofFeatures
  }

  encode(state: ViewState): Uint8Array {
    encodeViewState(this.#layout, state, this.#writer)
    return this.#writer.finish()
  }

  /** The same, good until the next state is encoded. */
  encodeBriefly(state: ViewState): Uint8Array {
    encodeViewState(this.#layout, state, this.#writer)
    return this.#writer.finishBriefly()
  }

  /** Reads a state of this codec version or the one before. Throws STATE_VERSION_UNKNOWN for any other. */
  decode(bytes: Uint8Array): ViewState {
    const reader = new ByteReader(bytes)
    const version = reader.byte()
    if (version === 1) return this.#migrate(reader)
    if (version !== STATE_VERSION) throw unknownStateVersion(version)
    return this.#layout.memory.read(into => readViewState(this.#layout, reader, into))
  }

  /** The same, good until the next call or `peek`, which use its memory again. */
  decodeBriefly(bytes: Uint8Array): ViewState {
    return this.#lend(bytes, readViewState)
  }

  /** The same for evaluations only: without the ids that were handled lately. */
  peek(bytes: Uint8Array): ViewState {
    return this.#lend(bytes, peekViewState)
  }

  #lend(bytes: Uint8Array, read: typeof readViewState): ViewState {
    if (bytes[0] !== STATE_VERSION) return this.decode(bytes)
    const reader = new ByteReader(bytes)
    reader.byte()
    this.#lent ??= this.init()
    read(this.#layout, reader, this.#lent)
    return this.#lent
  }

  /** Puts the events of a state of version 1 into a state of today. */
  #migrate(reader: ByteReader): ViewState {
    const { sources, features } = this.#view
    const old = decodeStateV1(reader, sources, Object.values(features))
    const state = this.init()
    state.numbers[this.#layout.latest] = old.latest
    // Those lie behind the histories: they are read into what is empty still.
    this.#layout.recentIds.read(state, reader)
    for (const plan of this.#plans) {
      const { events, removedUpTo } = old.sources[sources.indexOf(plan.source)]!
      plan.history.setRemovedUpTo(state, removedUpTo)
      for (const event of events) plan.add(state, event)
    }
    return state
  }
}

/** The plans of the features over one source: one for those of each precision. */
function plansOf(
  { features, maxEntries }: FeatureView,
  source: EventType,
  memory: MemoryLayout,
): HistoryPlan[] {
  const placed = Object.values(features)
    .map((aggregation, place) => ({ aggregation, place }))
    .filter(({ aggregation }) => aggregation.source === source)
  return PRECISIONS.flatMap(precision => {
    const ofPrecision = placed.filter(({ aggregation }) => aggregation.window.precision === precision)
    if (ofPrecision.length === 0) return []
    return new HistoryPlan(source, ofPrecision, precision === 'exact' ? maxEntries : 0, memory)
  })
}
