import {
  type Aggregation,
  type EventValue,
  type EventValues,
  explainFeature,
  type FeatureValue,
  type FeatureView,
  reachOf,
} from '@millrace/core'
import type { EntityEvents, Holding } from '../history/entity-events.ts'

/** Why an event is in a value or not. */
export type Part = 'counts' | 'filtered' | 'no value' | 'outside'

/** An event of the entity, and its part in the value. */
export interface ExplainedEvent {
  readonly time: number
  readonly id: EventValue
  /** The aggregated value, undefined where the feature only counts. */
  readonly value: EventValue | undefined
  readonly part: Part
}

/** A feature of an entity as the events in the topics make it. */
export interface ExplainedFeature {
  readonly feature: string
  readonly recomputed: FeatureValue
  /** All events of the feature's source up to the time, in order of event time. */
  readonly events: readonly ExplainedEvent[]
  /** What retention has taken may be missing: the topic begins later than the window. */
  readonly isIncomplete: boolean
}

/** Explains a feature of one entity as of `time` (epoch ms) by the entity's events. */
export function explainEntity(
  view: FeatureView,
  feature: string,
  found: EntityEvents,
  holdings: readonly Holding[],
  time: number,
): ExplainedFeature {
  const aggregation = view.features[feature]!
  const { source, field, window } = aggregation
  const past = found.get(source)!.filter(event => (event[source.eventTime] as number) <= time)
  const { value, events } = explainFeature(view, feature, past, time)
  const counted = new Set(events)
  const holding = holdings.find(({ type }) => type === source)
  return {
    feature,
    recomputed: value,
    events: past.map(event => ({
      time: event[source.eventTime] as number,
      id: event[source.id]!,
      value: field === undefined ? undefined : event[field]!,
      part: counted.has(event) ? 'counts' : absenceOf(aggregation, event),
    })),
    isIncomplete: holding !== undefined && holding.completeFrom > time - reachOf(window),
  }
}

function absenceOf({ field, where }: Aggregation, event: EventValues): Part {
  if (field !== undefined && event[field] === null) return 'no value'
  return where === undefined || where(event) ? 'outside' : 'filtered'
}
