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
  /** Names of the model's inputs, in the order of its vectors. */
  readonly inputs: readonly string[]
  /** Length of the tumbling windows (ms of event time), aligned to the epoch. */
  readonly window: number
  /** How much older than the latest event of its partition an event may be and still count (ms). */
  readonly grace: number
}

/** A version of the model, with the bins that its vectors and scores are counted in. */
export interface CountedModel {
  readonly identity: ModelIdentity
  /** Inner bin edges of each input, in order, then of the score. */
  readonly edges: readonly (readonly number[])[]
}

/**
 * Counts vectors and scores in the bins of their model's reference, in tumbling windows of event time, those of each
 * version apart. A window closes when no event within the grace can reach it any more.
 */
export class WindowStatistics {
  readonly #names: readonly string[]
  readonly #length: number
  readonly #grace: number
  readonly #writer = new ByteWriter()

  constructor({ inputs, window, grace }: WindowStatisticsOptions) {
    this.#names = [...inputs, SCORE_FEATURE]
    this.#length = window
    this.#grace = grace
  }

  /** How a version of the model is counted. Throws MODEL_INVALID when the reference lacks an input, or is another's. */
  countedModel(identity: ModelIdentity, reference: ModelReference): CountedModel {
    return { identity, edges: edgesOf(reference, identity, this.#names) }
  }

  init(): StatisticsState {
    return { latest: -Infinity, open: [], closed: [] }
  }

  /**
   * Counts one scored event, in place. An event whose window is closed is counted as late in the window of the
   * latest event.
   * @param model which scored it
   * @param eventTime epoch ms
   * @param vector the model's inputs in their order, null or NaN where missing
   */
  add(
    state: StatisticsState,
    model: CountedModel,
    eventTime: number,
    vector: readonly (number | null)[],
    score: number,
  ): void {
    this.#advance(state, eventTime)
    if (this.#isClosed(this.#startOf(eventTime), state.latest)) {
      this.#windowOf(state, model, state.latest).late++
      return
    }
    const { edges } = model
    const window = this.#windowOf(state, model, eventTime)
    window.events++
    if (eventTime < window.firstEventTime) window.firstEventTime = eventTime
    const inputs = edges.length - 1
    for (let i = 0; i < inputs; i++) window.features[i]!.add(vector[i]!, edges[i]!)
    window.features[inputs]!.add(score, edges[inputs]!)
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

  /** Closes what lies further back than the grace. */
  #advance(state: StatisticsState, eventTime: number): void {
    if (eventTime > state.latest) state.latest = eventTime
    while (state.open.length > 0 && this.#isClosed(state.open[0]!.start, state.latest))
      state.closed.push(state.open.shift()!)
  }

  /** Every event of the window is older than `latest` − grace. */
  #isClosed(start: number, latest: number): boolean {
    return start + this.#length + this.#grace <= latest
  }

  #startOf(eventTime: number): number {
    return Math.floor(eventTime / this.#length) * this.#length
  }

  /** The open window of a model and an event time; a new one takes its place in the order. */
  #windowOf(state: StatisticsState, model: CountedModel, eventTime: number): FillingWindow {
    const start = this.#startOf(eventTime)
    let place = state.open.length
    for (; place > 0 && state.open[place - 1]!.start >= start; place--) {
      const known = state.open[place - 1]!
      if (known.start === start && known.model.digest === model.identity.digest) return known
    }
    const window = this.#emptyWindow(model, start, eventTime)
    state.open.splice(place, 0, window)
    return window
  }

  #emptyWindow({ identity, edges }: CountedModel, start: number, firstEventTime: number): FillingWindow {
    return {
      model: identity,
      start,
      end: start + this.#length,
      firstEventTime,
      events: 0,
      late: 0,
      features: edges.map(bins => BinnedCounts.empty(bins)),
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
