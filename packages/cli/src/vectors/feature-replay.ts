import {
  compileCleaning,
  type EventType,
  type EventValues,
  type FeatureValue,
  type FeatureView,
  idText,
  type Pipeline,
  routeOf,
  ViewEngine,
  type ViewState,
} from '@millrace/core'
import type { InputEvent } from '../source/input-event.ts'

/** A clean event, and the values of the views that it visited if it is a scored one. */
export interface ReplayedEvent {
  readonly type: EventType
  readonly event: EventValues
  readonly features: readonly FeatureValue[]
}

/** Computes the features of events in memory, by the engine of the stream, in the order in which they are given. */
export class FeatureReplay {
  readonly #pipeline: Pipeline
  readonly #cleanings
  readonly #views

  constructor(pipeline: Pipeline) {
    this.#pipeline = pipeline
    this.#cleanings = new Map(pipeline.events.map(type => [type, compileCleaning(type)]))
    this.#views = new Map(pipeline.views.map(view => [view, new EntityStates(view, pipeline.scored)]))
  }

  /** Adds an event to the views on its route; undefined for one that the ingestor would refuse. */
  take({ type, event: raw, eventTime = Number.NaN }: InputEvent): ReplayedEvent | undefined {
    const cleaning = this.#cleanings.get(type)!(raw, eventTime)
    if (!cleaning.ok) return undefined
    const { event } = cleaning
    const features: FeatureValue[] = []
    for (const view of routeOf(this.#pipeline, type)) this.#views.get(view)!.visit(type, event, features)
    return { type, event, features }
  }
}

/** The states of one view's entities, in memory. */
class EntityStates {
  readonly #engine: ViewEngine
  readonly #entity: string
  readonly #scored: EventType
  readonly #states = new Map<string, ViewState>()

  constructor(view: FeatureView, scored: EventType) {
    this.#engine = new ViewEngine(view, scored)
    this.#entity = view.entity
    this.#scored = scored
  }

  /** Adds an event to its entity; a scored one leaves its features behind those that are there. */
  visit(type: EventType, event: EventValues, features: FeatureValue[]): void {
    const key = idText(event, this.#entity)
    const state = this.#states.get(key) ?? this.#engine.init()
    this.#states.set(key, state)
    this.#engine.add(state, type, event)
    if (type !== this.#scored) return
    const time = event[type.eventTime] as number
    this.#engine.evaluate(state, time, features, features.length)
  }
}
