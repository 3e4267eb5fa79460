import { days } from '../time/duration.ts'
import type { EventType } from './event-type.ts'
import type { Fields, IdKind, KeysOfKind } from './field.ts'

/** The window (t − offset − window, t − offset] of an evaluation at t; start exclusive, end inclusive. */
export interface SlidingWindow {
  /** Length in milliseconds. */
  readonly window: number
  /** How far the window lies behind the evaluation (ms). Default 0. */
  readonly offset?: number
}

export type AggregationKind = 'count' | 'sum' | 'mean' | 'ratio'

/** One number computed from the events of `source` in a window. */
export interface Aggregation {
  readonly kind: AggregationKind
  readonly source: EventType
  /** The aggregated field; `count` has none. */
  readonly field?: string
  readonly window: number
  readonly offset: number
}

type Summable = 'money' | 'double' | 'integer'

/** How many events; 0 when there are none. */
export function count(source: EventType, window: SlidingWindow): Aggregation {
  return { kind: 'count', source, window: window.window, offset: window.offset ?? 0 }
}

/** The sum of a field; 0 when there are no events. */
export function sum<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Summable>,
  window: SlidingWindow,
): Aggregation {
  return aggregation('sum', source, field, window)
}

/** The mean of a field; 0 when there are no events. */
export function mean<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Summable>,
  window: SlidingWindow,
): Aggregation {
  return aggregation('mean', source, field, window)
}

/** The share of events whose flag is set; 0 when there are no events. */
export function ratio<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, 'flag'>,
  window: SlidingWindow,
): Aggregation {
  return aggregation('ratio', source, field, window)
}

function aggregation(
  kind: AggregationKind,
  source: EventType,
  field: string,
  window: SlidingWindow,
): Aggregation {
  return { kind, source, field, window: window.window, offset: window.offset ?? 0 }
}

/** Features of one entity, from one or several event types. */
export interface FeatureView<N extends string = string> {
  readonly name: string
  /** The field that names the entity, the same in every source. */
  readonly entity: string
  readonly sources: readonly EventType[]
  readonly features: Readonly<Record<N, Aggregation>>
  /** How long a state outlives its last event (ms). */
  readonly ttl: number
  /** The age up to which the newest event of the entity counts as fresh (ms). */
  readonly freshness: number
  /** Entries kept per entity and source; beyond it the oldest go and the vector says `truncated`. */
  readonly maxEntries: number
  /** How long ids of handled events are remembered, so that a request for one of them does not count it twice (ms). */
  readonly recentIds: number
}

type CommonIdKeys<S extends readonly EventType[]> = {
  [I in keyof S]: S[I] extends EventType<infer F> ? KeysOfKind<F, IdKind> : never
}[number]

export interface FeatureViewOptions<S extends readonly EventType[], N extends string> {
  readonly name: string
  readonly sources: S
  readonly entity: NoInfer<CommonIdKeys<S>>
  readonly features: Readonly<Record<N, Aggregation>>
  readonly ttl?: number
  /** Default one day. */
  readonly freshness?: number
  /** Default 20,000. */
  readonly maxEntries?: number
  /** Default one hour. */
  readonly recentIds?: number
}

/** Declares the features of one entity. By default a state lives one day longer than its longest window reaches. */
export function defineFeatureView<const S extends readonly EventType[], const N extends string>(
  options: FeatureViewOptions<S, N>,
): FeatureView<N> {
  const reach = Math.max(...Object.values<Aggregation>(options.features).map(a => a.window + a.offset))
  const defaults = { ttl: reach + days(1), freshness: days(1), maxEntries: 20_000, recentIds: 3_600_000 }
  return Object.freeze({ ...defaults, ...options })
}
