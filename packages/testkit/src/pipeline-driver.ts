import {
  type AssembleVector,
  compileCleaning,
  compileVector,
  type EventType,
  type EventValues,
  type FeatureValue,
  type FeatureView,
  type Id,
  idText,
  type Pipeline,
  type Rejection,
  routeOf,
  ViewEngine,
} from '@millrace/core'
import { ManualClock } from './manual-clock.ts'

/** What became of an event: refused as the ingestor would, or taken; the scored one has its vector. */
export type Sent =
  | { readonly accepted: false; readonly rejection: Rejection }
  | { readonly accepted: true; readonly event: EventValues; readonly scored?: ScoredEvent }

/** The model's input for an event, and what it was made from. */
export interface ScoredEvent {
  /** Values in the order of the model's inputs, NaN where missing. */
  readonly vector: readonly number[]
  /** The same values by name, and those of every view that the event visited. */
  readonly features: Readonly<Record<string, FeatureValue>>
  /** Some window reached further back than what is kept. */
  readonly truncated: boolean
}

export interface PipelineDriverOptions {
  /** Where the clock stands at first (epoch ms). Default 2026-01-01, UTC. */
  readonly now?: number
}

/**
 * Runs a pipeline's features in a test: no broker, no store, a clock that is moved by hand. Events are cleaned, told
 * apart by their ids and given to the views as the services do it, and every state is written and read between two
 * events. What is asked for is computed as the scorer computes it.
 */
export class PipelineDriver {
  readonly clock: ManualClock
  readonly #pipeline: Pipeline
  readonly #assemble: AssembleVector
  readonly #cleanings
  readonly #views: ReadonlyMap<FeatureView, ViewStates>
  readonly #ids = new Map<EventType, Set<string>>()

  constructor(pipeline: Pipeline, { now = Date.UTC(2026, 0, 1) }: PipelineDriverOptions = {}) {
    this.clock = new ManualClock(now)
    this.#pipeline = pipeline
    this.#assemble = compileVector(pipeline)
    this.#cleanings = new Map(pipeline.events.map(type => [type, compileCleaning(type)]))
    this.#views = new Map(pipeline.views.map(view => [view, new ViewStates(view, pipeline.scored)]))
  }

  /** Sends a raw event; one without an event time has that of the clock. A repeated id is refused. */
  send(type: EventType, raw: Readonly<Record<string, unknown>>): Sent {
    const cleaning = this.#clean(type, raw)
    if (!cleaning.ok) return { accepted: false, rejection: cleaning.rejection }
    const { event } = cleaning
    if (!this.#isNew(type, idText(event, type.id))) return { accepted: false, rejection: DUPLICATE }
    const visits = routeOf(this.#pipeline, type).map(view => this.#views.get(view)!.add(type, event))
    return type === this.#pipeline.scored
      ? { accepted: true, event, scored: this.#scoredEvent(event, visits) }
      : { accepted: true, event }
  }

  /** What a request for a scored event would be answered: the same as by `send`, and nothing is kept of it. */
  request(raw: Readonly<Record<string, unknown>>): ScoredEvent {
    const { scored } = this.#pipeline
    const cleaning = this.#clean(scored, raw)
    if (!cleaning.ok) throw new Error(`The event is refused: ${cleaning.rejection.message}`)
    const { event } = cleaning
    const visits = routeOf(this.#pipeline, scored).map(view => this.#views.get(view)!.tryOut(event))
    return this.#scoredEvent(event, visits)
  }

  /** The features of one entity of a view as of the clock. */
  features<N extends string>(view: FeatureView<N>, entity: Id): Readonly<Record<N, FeatureValue>> {
    return this.#views.get(view)!.valuesAt(String(entity), this.clock.now()) as Record<N, FeatureValue>
  }

  #clean(type: EventType, raw: Readonly<Record<string, unknown>>) {
    const now = this.clock.now()
    return this.#cleanings.get(type)!({ [type.eventTime]: now, ...raw }, now)
  }

  #isNew(type: EventType, id: string): boolean {
    const known = this.#ids.get(type) ?? new Set()
    this.#ids.set(type, known)
    return known.size < known.add(id).size
  }

  #scoredEvent(event: EventValues, visits: readonly Visit[]): ScoredEvent {
    const vector = this.#assemble(
      event,
      visits.flatMap(visit => visit.values),
    )
    const inputs = this.#pipeline.model.inputs.map((name, i) => [name, vector[i]!])
    const features = Object.assign({}, ...visits.map(visit => visit.byName), Object.fromEntries(inputs))
    return { vector, features, truncated: visits.some(visit => visit.truncated) }
  }
}

const DUPLICATE: Rejection = { reason: 'DUPLICATE', message: 'Another event came with this id before.' }

/** The features of a view for an event. */
interface Visit {
  readonly values: readonly FeatureValue[]
  readonly byName: Readonly<Record<string, FeatureValue>>
  readonly truncated: boolean
}

/** The states of one view's entities, as bytes. */
class ViewStates {
  readonly #view: FeatureView
  readonly #scored: EventType
  readonly #engine: ViewEngine
  readonly #states = new Map<string, Uint8Array>()

  constructor(view: FeatureView, scored: EventType) {
    this.#view = view
    this.#scored = scored
    this.#engine = new ViewEngine(view, scored)
  }

  add(type: EventType, event: EventValues): Visit {
    const entity = idText(event, this.#view.entity)
    const state = this.#read(entity)
    this.#engine.add(state, type, event)
    this.#states.set(entity, this.#engine.encode(state))
    return this.#evaluate(state, event[type.eventTime] as number)
  }

  tryOut(event: EventValues): Visit {
    const state = this.#read(idText(event, this.#view.entity))
    if (!this.#engine.includes(state, event)) this.#engine.add(state, this.#scored, event)
    return this.#evaluate(state, event[this.#scored.eventTime] as number)
  }

  valuesAt(entity: string, time: number): Readonly<Record<string, FeatureValue>> {
    return this.#evaluate(this.#read(entity), time).byName
  }

  #read(entity: string): ReturnType<ViewEngine['init']> {
    const bytes = this.#states.get(entity)
    return bytes === undefined ? this.#engine.init() : this.#engine.decode(bytes)
  }

  #evaluate(state: ReturnType<ViewEngine['init']>, time: number): Visit {
    const values: FeatureValue[] = []
    const { truncated } = this.#engine.evaluate(state, time, values, 0)
    const byName = Object.fromEntries(this.#engine.featureNames.map((name, i) => [name, values[i]!]))
    return { values, byName, truncated }
  }
}
