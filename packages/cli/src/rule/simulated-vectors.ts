import {
  compileCleaning,
  compileVector,
  type EventType,
  type EventValues,
  type FeatureView,
  type Pipeline,
  routeOf,
  ViewEngine,
  type ViewState,
} from '@millrace/core'
import type { InputEvent } from '../source/input-event.ts'

export interface SimulatedVector {
  readonly eventTime: number
  /** In the order of the model's inputs. */
  readonly vector: readonly number[]
}

/** The vectors of the scored events of an input, computed by the engine of the stream, in the order of the input. */
export function* simulatedVectors(
  pipeline: Pipeline,
  events: Iterable<InputEvent>,
): Generator<SimulatedVector, void, undefined> {
  const cleanings = new Map(pipeline.events.map(type => [type, compileCleaning(type)]))
  const views = new Map(pipeline.views.map(view => [view, new EntityStates(view, pipeline.scored)]))
  const assemble = compileVector(pipeline)
  for (const { type, event: raw, eventTime = Number.NaN } of events) {
    const cleaning = cleanings.get(type)!(raw, eventTime)
    if (!cleaning.ok) continue
    const features: number[] = []
    for (const view of routeOf(pipeline, type)) views.get(view)!.visit(type, cleaning.event, features)
    if (type === pipeline.scored) yield { eventTime, vector: assemble(cleaning.event, features) }
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
  visit(type: EventType, event: EventValues, features: number[]): void {
    const key = String(event[this.#entity])
    const state = this.#states.get(key) ?? this.#engine.init()
    this.#states.set(key, state)
    this.#engine.add(state, type, event)
    if (type !== this.#scored) return
    const time = event[type.eventTime] as number
    this.#engine.evaluate(state, time, features, features.length)
  }
}
