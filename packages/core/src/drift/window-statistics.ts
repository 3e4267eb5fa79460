import { ByteWriter } from '../codec/byte-writer.ts'
import { MillraceError } from '../errors.ts'
import type { ModelIdentity } from '../message/prediction.ts'
import { SCORE_FEATURE, type WindowCounts } from '../message/statistics-record.ts'
import { BinnedCounts } from '../statistics/binned-counts.ts'
import type { ModelReference } from './model-reference.ts'
import {
  decodeStatisticsState,
  encodeStatisticsState,
  type FillingWindow,
  type StatisticsState,
} from './statistics-state.ts'

export interface WindowStatisticsOptions {
  /** The model that gives the scores. */
  readonly model: ModelIdentity
  /** Names of the model's inputs, in the order of its vectors. */
  readonly inputs: readonly string[]
  readonly reference: ModelReference
  /** Length of the tumbling windows (ms of event time), aligned to the epoch. */
  readonly window: number
  /** How much older than the latest event of its partition an event may be and still count (ms). */
  readonly grace: number
}

/**
 * Counts vectors and scores in the bins of the model's reference, in tumbling windows of event time. A window
 * closes when no event within the grace can reach it any more, or when another model takes over.
 */
export class WindowStatistics {
  readonly #model: ModelIdentity
  readonly #names: readonly string[]
  /** Bin edges of each input, in order, then of the score. */
  readonly #edges: readonly (readonly number[])[]
  readonly #length: number
  readonly #grace: number
  readonly #writer = new ByteWriter()

  /** Throws MODEL_INVALID when the reference lacks an input, or belongs to another model. */
  constructor({ model, inputs, reference, window, grace }: WindowStatisticsOptions) {
    this.#model = model
    this.#names = [...inputs, SCORE_FEATURE]
    this.#edges = edgesOf(reference, model, this.#names)
    this.#length = window
    this.#grace = grace
  }

  init(): StatisticsState {
    return { latest: -Infinity, open: [], closed: [] }
  }

  /**
   * Counts one scored event, in place. An event whose window is closed is counted as late in the window of the
   * latest event.
   * @param eventTime epoch ms
   * @param vector the model's inputs in their order, null or NaN where missing
   */
  add(state: StatisticsState, eventTime: number, vector: readonly (number | null)[], score: number): void {
    this.#advance(state, eventTime)
    if (this.#isClosed(this.#startOf(eventTime), state.latest)) {
      this.#windowOf(state, state.latest).late++
      return
    }
    const window = this.#windowOf(state, eventTime)
    window.events++
    if (eventTime < window.firstEventTime) window.firstEventTime = eventTime
    const inputs = this.#edges.length - 1
    for (let i = 0; i < inputs; i++) window.features[i]!.add(vector[i]!, this.#edges[i]!)
    window.features[inputs]!.add(score, this.#edges[inputs]!)
  }

  /**
   * Takes out the oldest closed window that was not taken yet. An event may close several, yet its record publishes
   * at most one, since consumers tell the records of a topic apart by their parent. Taken after every event, the
   * others leave with the next events: an event opens one window at most, so they do not pile up.
   */
  takeClosed(state: StatisticsState): WindowCounts | undefined {
    const window = state.closed.shift()
    return window && this.#countsOf(window)
  }

  encode(state: StatisticsState): Uint8Array {
    return encodeStatisticsState(state, this.#writer)
  }

  /** Throws STATE_VERSION_UNKNOWN for a state of another codec version. */
  decode(bytes: Uint8Array): StatisticsState {
    return decodeStatisticsState(bytes)
  }

  /** Closes what belongs to another model, and what lies further back than the grace. */
  #advance(state: StatisticsState, eventTime: number): void {
    if (eventTime > state.latest) state.latest = eventTime
    while (state.open.length > 0 && this.#isOver(state.open[0]!, state.latest))
      state.closed.push(state.open.shift()!)
  }

  #isOver({ model, start }: FillingWindow, latest: number): boolean {
    return model.digest !== this.#model.digest || this.#isClosed(start, latest)
  }

  /** Every event of the window is older than `latest` − grace. */
  #isClosed(start: number, latest: number): boolean {
    return start + this.#length + this.#grace <= latest
  }

  #startOf(eventTime: number): number {
    return Math.floor(eventTime / this.#length) * this.#length
  }

  /** The open window of an event time; a new one takes its place in the order. */
  #windowOf(state: StatisticsState, eventTime: number): FillingWindow {
    const start = this.#startOf(eventTime)
    const before = state.open.findLastIndex(window => window.start <= start)
    const known = state.open[before]
    if (known?.start === start) return known
    const window = this.#emptyWindow(start, eventTime)
    state.open.splice(before + 1, 0, window)
    return window
  }

  #emptyWindow(start: number, firstEventTime: number): FillingWindow {
    return {
      model: this.#model,
      start,
      end: start + this.#length,
      firstEventTime,
      events: 0,
      late: 0,
      features: this.#edges.map(edges => BinnedCounts.empty(edges)),
    }
  }

  #countsOf({ model, start, end, firstEventTime, events, late, features }: FillingWindow): WindowCounts {
    const named = features.map(({ missing, counts }, i) => [this.#names[i]!, { missing, counts }] as const)
    return {
      model,
      window: { start, end },
      firstEventTime,
      events,
      late,
      features: Object.fromEntries(named),
    }
  }
}

function edgesOf(
  reference: ModelReference,
  model: ModelIdentity,
  names: readonly string[],
): (readonly number[])[] {
  const { name, version } = reference.model
  const unknown = names.filter(feature => reference.features[feature] === undefined)
  if (name === model.name && version === model.version && unknown.length === 0)
    return names.map(feature => reference.features[feature]!.edges)
  throw new MillraceError(
    'MODEL_INVALID',
    `The reference of ${name} ${version} does not fit ${model.name} ${model.version}: it lacks ${unknown.join(', ') || 'nothing, but names another model'}. Write it anew from the model's training data.`,
    { details: { unknown } },
  )
}
