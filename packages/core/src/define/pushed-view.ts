import { days, minutes } from '../time/duration.ts'
import { type Aggregation, last } from './aggregation.ts'
import { defineEvent, type EventType } from './event-type.ts'
import { defineFeatureView, type FeatureView } from './feature-view.ts'
import { type Fields, type IdKind, type KeysOfKind, text } from './field.ts'

/** The field that identifies a row: made of its content, so that a row that is sent again is a duplicate. */
export const ROW_ID = 'rowId'

/** How long the same row sent again counts as a repeat (ms). */
const REPEATS_WITHIN = minutes(10)

/** A feature view whose values are computed elsewhere: of the rows that are pushed for an entity the newest counts. */
export interface PushedView<N extends string = string> extends FeatureView<N> {
  /** Its rows as events: they come to a raw topic of their own and go the way of every event. */
  readonly rows: EventType
  /** What Feast's clients call it when they push. */
  readonly pushSource: string
}

export interface PushedViewOptions<F extends Fields, E extends string, T extends string> {
  readonly name: string
  /** The columns of a row: entity, event time, and the features, each under its own name. */
  readonly fields: F & { readonly [ROW_ID]?: never }
  readonly entity: E & KeysOfKind<NoInfer<F>, IdKind>
  readonly eventTime: T & KeysOfKind<NoInfer<F>, 'timestamp'>
  /** The event types whose vectors take these values; each has the entity under the same name. Default none. */
  readonly visitedBy?: readonly EventType[]
  /** The age up to which a row counts (ms); after it its values are missing. Default 30 days. */
  readonly ttl?: number
  /** The age up to which a row counts as fresh (ms). Default one day. */
  readonly freshness?: number
  /** Rows kept one by one for an entity, for evaluations as of an earlier time. Default 10. */
  readonly maxEntries?: number
  /** The raw topic of the rows. Default `<name>.pushed`. */
  readonly topic?: string
  /** Default the name of the view. */
  readonly pushSource?: string
}

/**
 * Declares a view whose rows are pushed from outside, over HTTP or to its topic. The newest row counts, by event time,
 * and of several with the same one that which was handled last. A pipeline that has the view has its event type too.
 */
export function definePushedView<const F extends Fields, const E extends string, const T extends string>(
  options: PushedViewOptions<F, E, T>,
): PushedView<Exclude<keyof F & string, E | T>> {
  const { name, entity, visitedBy = [], ttl = days(30), freshness = days(1), maxEntries = 10 } = options
  const rows = rowsOf(name, options.fields, options)
  const view = defineFeatureView({
    name,
    entity: entity as never,
    sources: [rows, ...visitedBy],
    features: newestOf(rows, ttl),
    ttl,
    freshness,
    maxEntries,
  })
  return Object.freeze({ ...view, rows, pushSource: options.pushSource ?? name })
}

/** Whether the rows of a view are pushed from outside. */
export function isPushedView(view: FeatureView): view is PushedView {
  return 'rows' in view
}

/** The roles are fields of the right kinds: `PushedViewOptions` sees to that, field by field. */
function rowsOf(
  name: string,
  fields: Fields,
  { entity, eventTime, topic }: { entity: string; eventTime: string; topic?: string },
): EventType {
  return defineEvent<Fields>({
    name: `${name}_row`,
    topic: topic ?? `${name}.pushed`,
    key: entity as never,
    id: ROW_ID as never,
    eventTime: eventTime as never,
    dedupeHorizon: REPEATS_WITHIN,
    fields: { ...fields, [ROW_ID]: text('made of the content of the row', { maxLength: 64 }) },
  })
}

/** The newest value of every column but those that say whose it is and when. */
function newestOf<N extends string>(rows: EventType, ttl: number): Readonly<Record<N, Aggregation>> {
  const roles = [rows.key, rows.id, rows.eventTime]
  const columns = Object.keys(rows.fields).filter(field => !roles.includes(field))
  const features = columns.map(
    column => [column, last<Fields>(rows, column as never, { window: ttl })] as const,
  )
  return Object.fromEntries(features) as Record<N, Aggregation>
}
