import {
  cleanId,
  type EventType,
  type FeatureValue,
  type FeatureView,
  type Field,
  ViewEngine,
} from '@millrace/core'

/** The features of one entity as of one time. */
export interface EntityFeatures {
  /** Event time of the newest event of the entity that is not later than that time (epoch ms), or null. */
  readonly newest: number | null
  /** The windows reach further back than what is kept: the values are lower bounds. */
  readonly truncated: boolean
  /** In the order of the view's declaration. */
  readonly values: readonly FeatureValue[]
  /** For each value, the event time of the newest event of its own event type (epoch ms), or null. */
  readonly eventTimes: readonly (number | null)[]
}

/** A feature view as it is read: its engine, and how its entities are named. */
export class ServedView {
  readonly view: FeatureView
  readonly featureNames: readonly string[]
  readonly #engine: ViewEngine
  readonly #entityField: Field

  constructor(view: FeatureView, scored: EventType) {
    this.view = view
    this.#engine = new ViewEngine(view, scored)
    this.featureNames = this.#engine.featureNames
    this.#entityField = view.sources[0]!.fields[view.entity]!
  }

  /**
   * The text by which an entity is stored: a text or a whole number, cleaned as that of an event is. `7` and `'7'` name
   * the same entity. Undefined where cleaning refuses it.
   */
  entityOf(raw: unknown): string | undefined {
    return cleanId(this.view.entity, this.#entityField, raw)
  }

  /** Evaluates a stored state, undefined where there is none, at `time` (epoch ms). */
  evaluate(bytes: Uint8Array | undefined, time: number): EntityFeatures {
    const state = bytes === undefined ? this.#engine.init() : this.#engine.peek(bytes)
    const values = new Array<FeatureValue>(this.featureNames.length)
    const { truncated, newest } = this.#engine.evaluate(state, time, values, 0)
    return { newest, truncated, values, eventTimes: this.#engine.featureTimes(state, time) }
  }
}
