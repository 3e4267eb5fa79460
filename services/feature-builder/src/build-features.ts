import {
  compileVector,
  days,
  type EventRecord,
  type EventType,
  type FeatureView,
  idText,
  latenessOf,
  type Parent,
  type Pipeline,
  parentOf,
  routeOf,
  type Stage,
  type StageOutput,
  topics,
  type VectorRecord,
  ViewEngine,
  type ViewState,
} from '@millrace/core'
import { type EraseInput, passErase } from './forget.ts'

/** An event, or a request to forget an entity, that reached a view, and by which of the view's sources. */
export type ViewInput =
  | { readonly source: EventType; readonly record: EventRecord; readonly erase?: undefined }
  | EraseInput

/** How old a state may be that a lookup or a request reads (ms). */
const READABLE_WITHIN_MS = 50
/** What a state lives longer by the wall clock where the declared clock is faster (ms). */
const PAUSE_MS = days(1)

/** What the views on a record's route have evaluated. */
type Evaluated = Pick<EventRecord, 'features' | 'featureTimes' | 'truncated'>

/** Records are made name by name, here and below: one that was read has a class, and a spread of it takes the slow way. */
type Forward = (record: EventRecord, evaluated: Evaluated, parent: Parent, lateByMs: number) => StageOutput

/**
 * The stage of one feature view: it owns the entities of its partition. An event is added to its entity's state; a
 * scored one is evaluated as of its own time, itself included, and goes on to the next view, or as the full vector to
 * the scorer. An entity that it is asked to forget has no state any more.
 * @param speed how fast the declared clock runs against the wall clock
 */
export function createViewStage(
  pipeline: Pipeline,
  view: FeatureView,
  speed: number,
): Stage<ViewInput, ViewState> {
  const engine = new ViewEngine(view, pipeline.scored)
  const forwards = new Map(view.sources.map(source => [source, forwardOf(pipeline, source, view)]))
  return {
    name: view.name,
    codec: {
      encode: state => engine.encode(state),
      decode: bytes => engine.decode(bytes),
      brief: {
        encode: state => engine.encodeBriefly(state),
        decode: bytes => engine.decodeBriefly(bytes),
      },
    },
    stateTtl: lifetimeOf(view, speed),
    pace: { writeWithin: READABLE_WITHIN_MS },
    keyOf({ value }) {
      if (value.erase === undefined) return idText(value.record.event, view.entity)
      return value.erase.views.includes(view.name) ? value.erase.entity : undefined
    },
    step(known, taken, context) {
      const { value } = taken
      if (value.erase !== undefined) {
        const passed = passErase(pipeline, view, value, parentOf(context.partition, taken))
        if (passed !== undefined) context.emit(passed)
        return null
      }
      const { source, record } = value
      const state = known ?? engine.init()
      engine.add(state, source, record.event)
      const forward = forwards.get(source)
      if (forward === undefined) return state
      const evaluated = source === pipeline.scored ? evaluate(engine, state, record, taken.eventTime) : record
      context.emit(forward(record, evaluated, parentOf(context.partition, taken), latenessOf(taken)))
      return state
    },
  }
}

/** What the views before have evaluated, and this one behind it. */
function evaluate(engine: ViewEngine, state: ViewState, record: EventRecord, eventTime: number): Evaluated {
  const features = [...record.features]
  const { truncated, newest } = engine.evaluate(state, eventTime, features, features.length)
  return {
    features,
    featureTimes: [...record.featureTimes, newest],
    truncated: record.truncated || truncated,
  }
}

/** How a record leaves the view: to the next one on its route, as a vector, or not at all. */
function forwardOf(pipeline: Pipeline, source: EventType, view: FeatureView): Forward | undefined {
  const topic = topics.topicAfter(pipeline, source, view)
  if (topic === undefined) return undefined
  const route = routeOf(pipeline, source)
  const next = route[route.indexOf(view) + 1]
  if (next !== undefined) {
    return (
      { origin, event, corrected, serving },
      { features, featureTimes, truncated },
      parent,
      lateByMs,
    ) => {
      const value: EventRecord = {
        parent,
        origin,
        event,
        lateByMs,
        corrected,
        features,
        featureTimes,
        truncated,
        serving,
      }
      return { topic, key: idText(event, next.entity), value }
    }
  }
  const vectorOf = compileVector(pipeline)
  return ({ origin, event, serving }, { features, featureTimes, truncated }, parent, lateByMs) => {
    const value: VectorRecord = {
      parent,
      origin,
      event,
      lateByMs,
      vector: vectorOf(event, features),
      featureTimes,
      truncated,
      serving,
    }
    return { topic, key: idText(event, source.key), value }
  }
}

/**
 * How long a state outlives its last write, by the wall clock (ms). What a view's ttl has beyond its windows is for events
 * that are late because services were down; on a fast clock it would be over in seconds.
 */
function lifetimeOf({ ttl }: FeatureView, speed: number): number {
  return speed > 1 ? ttl / speed + PAUSE_MS : ttl / speed
}
