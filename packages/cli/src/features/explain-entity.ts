import {
  type Aggregation,
  type EventValue,
  type EventValues,
  explainFeature,
  type FeatureValue,
  type FeatureView,
  reachOf,
} from '@millrace/core'
import type { Collected } from '../history/entity-events.ts'

/** Why an event is in a value or not. */
export type Part = 'counts' | 'erased' | 'filtered' | 'no value' | 'outside'

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

/**
 * Explains a feature of one entity as of `time` (epoch ms) by the entity's events; those from before it was last forgotten
 * count no more.
 */
export function explainEntity(
  view: FeatureView,
  feature: string,
  entity: string,
  collected: Collected,
  time: number,
): ExplainedFeature {
  const aggregation = view.features[feature]!
  const { source, field, window } = aggregation
  const timeOf = (event: EventValues): number => event[source.eventTime] as number
  const past = collected
    .of(view, entity)
    .get(source)!
    .filter(event => timeOf(event) <= time)
  const forgotten = collected.erasuresOf(view, entity).filter(erasure => erasure <= time)
  const since = forgotten.at(-1) ?? Number.NEGATIVE_INFINITY
  const known = past.filter(event => timeOf(event) > since)
  const { value, events } = explainFeature(view, feature, known, time)
  const counted = new Set(events)
  const holding = collected.holdings.find(({ type }) => type === source)
  const partOf = (event: EventValues): Part => {
    if (counted.has(event)) return 'counts'
    return timeOf(event) > since ? absenceOf(aggregation, event) : 'erased'
  }
  return {
    feature,
    recomputed: value,
    events: past.map(event => ({
      time: timeOf(event),
      id: event[source.id]!,
      value: field === undefined ? undefined : event[field]!,
      part: partOf(event),
    })),
    isIncomplete: holding !== undefined && holding.completeFrom > Math.max(since, time - reachOf(window)),
  }
}

function absenceOf({ field, where }: Aggregation, event: EventValues): Part {
  if (field !== undefined && event[field] === null) return 'no value'
  return where === undefined || where(event) ? 'outside' : 'filtered'
}
