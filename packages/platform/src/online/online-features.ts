import {
  type AssembleVector,
  compileVector,
  type Evaluation,
  type EventType,
  type EventValues,
  type FeatureValue,
  type FeatureView,
  idText,
  type Pipeline,
  routeOf,
  ViewEngine,
} from '@millrace/core'
import type { StateReader } from './state-reader.ts'

/** The model's input for one event, with what it was made from. */
export interface OnlineVector {
  /** Values in the order of the model's inputs, NaN where missing. */
  readonly vector: readonly number[]
  /** The same values by name. */
  readonly features: Readonly<Record<string, number>>
  /** For each view, the event time of the newest entry seen (epoch ms), or null. */
  readonly featureTimes: Readonly<Record<string, number | null>>
  /** For each view, the age of the newest event of the entity that is earlier than this one (ms), or null. */
  readonly featureAges: Readonly<Record<string, number | null>>
  /** Some window reached beyond the kept history. */
  readonly truncated: boolean
}

/** A view on the way of the scored event, and where its values stand among all view features. */
interface Visit {
  readonly view: FeatureView
  readonly engine: ViewEngine
  readonly at: number
}

/** What a view says of an entity; `before` is its newest event time earlier than that of the event. */
interface VisitEvaluation extends Evaluation {
  readonly before: number | null
}

/**
 * Computes the features of a scored event on request: as of its own event time, with the event itself counted in once,
 * whether or not it has come through the stream already. Windows slide on to that time, so the answer is right however
 * long ago an entity was last seen.
 */
export class OnlineFeatures {
  readonly #scored: EventType
  readonly #inputs: readonly string[]
  readonly #visits: readonly Visit[]
  readonly #assemble: AssembleVector
  readonly #reader: StateReader
  /** How many features the views have together. */
  readonly #width: number

  constructor(pipeline: Pipeline, reader: StateReader) {
    this.#scored = pipeline.scored
    this.#inputs = pipeline.model.inputs
    this.#visits = visitsOf(pipeline)
    this.#assemble = compileVector(pipeline)
    this.#reader = reader
    this.#width = this.#visits.reduce((sum, { engine }) => sum + engine.featureNames.length, 0)
  }

  /**
   * Computes the vectors of clean events, whose states are read in one round trip. Fails as the reader does, with
   * STORE_UNAVAILABLE.
   * @param at as of when (epoch ms); as of each event's own time where it is left out, or is later
   */
  async compute(events: readonly EventValues[], at = -Infinity): Promise<readonly OnlineVector[]> {
    const requests = events.flatMap(event =>
      this.#visits.map(({ view }) => ({ view: view.name, entity: idText(event, view.entity) })),
    )
    const states = await this.#reader.read(requests)
    const width = this.#visits.length
    return events.map((event, i) => this.#vectorOf(event, states.slice(i * width, (i + 1) * width), at))
  }

  /** The vector of an event whose states are not to be had: what views compute is missing in it. */
  withoutStates(event: EventValues): OnlineVector {
    const viewFeatures = Array<FeatureValue>(this.#width).fill(Number.NaN)
    const unknown = Object.fromEntries(this.#visits.map(({ view }) => [view.name, null]))
    const vector = this.#assemble(event, viewFeatures)
    return this.#named(vector, { featureTimes: unknown, featureAges: unknown, truncated: false })
  }

  #vectorOf(event: EventValues, states: readonly (Uint8Array | undefined)[], at: number): OnlineVector {
    const viewFeatures: FeatureValue[] = []
    const time = Math.max(at, event[this.#scored.eventTime] as number)
    const evaluations = this.#visits.map((visit, i) =>
      this.#evaluate(visit, states[i], event, time, viewFeatures),
    )
    const featureTimes: Record<string, number | null> = {}
    const featureAges: Record<string, number | null> = {}
    for (const [i, { view }] of this.#visits.entries()) {
      const { newest, before } = evaluations[i]!
      featureTimes[view.name] = newest
      featureAges[view.name] = before === null ? null : time - before
    }
    const truncated = evaluations.some(evaluation => evaluation.truncated)
    return this.#named(this.#assemble(event, viewFeatures), { featureTimes, featureAges, truncated })
  }

  #named(
    vector: readonly number[],
    facts: Pick<OnlineVector, 'featureTimes' | 'featureAges' | 'truncated'>,
  ): OnlineVector {
    const features: Record<string, number> = {}
    for (let i = 0; i < this.#inputs.length; i++) features[this.#inputs[i]!] = vector[i]!
    return { vector, features, ...facts }
  }

  #evaluate(
    { engine, at }: Visit,
    bytes: Uint8Array | undefined,
    event: EventValues,
    time: number,
    out: FeatureValue[],
  ): VisitEvaluation {
    const state = bytes === undefined ? engine.init() : engine.decode(bytes)
    const before = engine.newestUpTo(state, (event[this.#scored.eventTime] as number) - 1)
    if (!engine.includes(state, event)) engine.add(state, this.#scored, event)
    const { newest, truncated } = engine.evaluate(state, time, out, at)
    return { newest, truncated, before }
  }
}

function visitsOf(pipeline: Pipeline): readonly Visit[] {
  let at = 0
  return routeOf(pipeline, pipeline.scored).map(view => {
    const visit = { view, engine: new ViewEngine(view, pipeline.scored), at }
    at += visit.engine.featureNames.length
    return visit
  })
}
