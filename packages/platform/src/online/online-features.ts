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
  /** Some window reached beyond the kept history. */
  readonly truncated: boolean
}

/** A view on the way of the scored event, and where its values stand among all view features. */
interface Visit {
  readonly view: FeatureView
  readonly engine: ViewEngine
  readonly at: number
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

  constructor(pipeline: Pipeline, reader: StateReader) {
    this.#scored = pipeline.scored
    this.#inputs = pipeline.model.inputs
    this.#visits = visitsOf(pipeline)
    this.#assemble = compileVector(pipeline)
    this.#reader = reader
  }

  /** Computes the vector of a clean event. Fails as the reader does, with STORE_UNAVAILABLE. */
  async compute(event: EventValues): Promise<OnlineVector> {
    const requests = this.#visits.map(({ view }) => ({
      view: view.name,
      entity: idText(event, view.entity),
    }))
    const states = await this.#reader.read(requests)
    const viewFeatures: FeatureValue[] = []
    const evaluations = this.#visits.map((visit, i) => this.#evaluate(visit, states[i], event, viewFeatures))
    const vector = this.#assemble(event, viewFeatures)
    return {
      vector,
      features: Object.fromEntries(this.#inputs.map((name, i) => [name, vector[i]!])),
      featureTimes: Object.fromEntries(
        this.#visits.map(({ view }, i) => [view.name, evaluations[i]!.newest]),
      ),
      truncated: evaluations.some(evaluation => evaluation.truncated),
    }
  }

  #evaluate(
    { engine, at }: Visit,
    bytes: Uint8Array | undefined,
    event: EventValues,
    out: FeatureValue[],
  ): Evaluation {
    const state = bytes === undefined ? engine.init() : engine.decode(bytes)
    if (!engine.includes(state, event)) engine.add(state, this.#scored, event)
    return engine.evaluate(state, event[this.#scored.eventTime] as number, out, at)
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
