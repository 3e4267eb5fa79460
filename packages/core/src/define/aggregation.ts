import { days } from '../time/duration.ts'
import type { EventOf, EventType, EventValues } from './event-type.ts'
import type { FeatureValue } from './feature-value.ts'
import type { Field, Fields, KeysOfKind } from './field.ts'
import { type DeclaredWindow, type Window, windowOf } from './window.ts'

type PlainKind =
  | 'count'
  | 'sum'
  | 'mean'
  | 'ratio'
  | 'variance'
  | 'standard-deviation'
  | 'min'
  | 'max'
  | 'first'
  | 'distinct-count'
  | 'most-frequent'

type Measure =
  | { readonly [K in PlainKind]: { readonly kind: K } }[PlainKind]
  /** The value before the `steps` newest ones. */
  | { readonly kind: 'lag'; readonly steps: number }
  /** The time since the value before the `steps` newest ones. */
  | { readonly kind: 'time-since'; readonly steps: number }
  | { readonly kind: 'quantile'; readonly q: number }
  | { readonly kind: 'decayed-mean'; readonly halfLife: number }
  | { readonly kind: 'slope'; readonly per: number }

/** One value computed from the events of `source` in a window, those without a value of `field` left out. */
export type Aggregation = Measure & {
  readonly source: EventType
  /** The aggregated field; `count` and `time-since` have none. */
  readonly field?: string
  readonly window: Window
  /** Only events for which it is true count. */
  readonly where?: (event: EventValues) => boolean
  /** The value when there are no events for one. */
  readonly whenEmpty: FeatureValue
}

/** An aggregation that looks at values; `count` needs none. */
export type ValueAggregation = Exclude<Aggregation, { readonly kind: 'count' }>

export type AggregationKind = Aggregation['kind']

interface Options<F extends Fields> {
  /** Counts only the events for which it is true. A pure function. */
  readonly where?: (event: EventOf<EventType<F>>) => boolean
}

interface NumberOptions<F extends Fields> extends Options<F> {
  /** The value when there are no events for one. */
  readonly whenEmpty?: number
}

interface ValueOptions<F extends Fields> extends Options<F> {
  /** The value when there are no events for one. Default: missing. */
  readonly whenEmpty?: number | string
}

type Numeric = 'money' | 'double' | 'integer'
type Category = 'text' | 'integer' | 'flag'
type Any = Field['kind']

/** How many events. */
export function count<F extends Fields>(
  source: EventType<F>,
  window: DeclaredWindow,
  options: Options<F> = {},
): Aggregation {
  return aggregation({ kind: 'count' }, source, undefined, window, { whenEmpty: 0, ...options })
}

/** The sum of a field; 0 when there are no events. */
export function sum<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Numeric>,
  window: DeclaredWindow,
  options: NumberOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'sum' }, source, field, window, { whenEmpty: 0, ...options })
}

/** The mean of a field; 0 when there are no events. */
export function mean<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Numeric>,
  window: DeclaredWindow,
  options: NumberOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'mean' }, source, field, window, { whenEmpty: 0, ...options })
}

/** The share of events whose flag is set; 0 when there are no events. */
export function ratio<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, 'flag'>,
  window: DeclaredWindow,
  options: NumberOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'ratio' }, source, field, window, { whenEmpty: 0, ...options })
}

/** The sample variance of a field, Σ(x − mean)² / (n − 1); missing for fewer than two events. */
export function variance<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Numeric>,
  window: DeclaredWindow,
  options: NumberOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'variance' }, source, field, window, options)
}

/** The square root of the sample variance; missing for fewer than two events. */
export function standardDeviation<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Numeric>,
  window: DeclaredWindow,
  options: NumberOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'standard-deviation' }, source, field, window, options)
}

/** The smallest value of a field; missing when there are no events. */
export function min<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Numeric>,
  window: DeclaredWindow,
  options: NumberOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'min' }, source, field, window, options)
}

/** The largest value of a field; missing when there are no events. */
export function max<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Numeric>,
  window: DeclaredWindow,
  options: NumberOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'max' }, source, field, window, options)
}

/** The oldest value of a field (a flag as 1 or 0); missing when there are no events. */
export function first<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Any>,
  window: DeclaredWindow,
  options: ValueOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'first' }, source, field, window, options)
}

/**
 * The newest value of a field (a flag as 1 or 0), so of an optional field the last that is known; missing when there
 * are no events.
 */
export function last<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Any>,
  window: DeclaredWindow,
  options: ValueOptions<F> = {},
): Aggregation {
  return lag(source, field, 0, window, options)
}

/** The value of a field `steps` events before the newest one; missing when there are not so many. */
export function lag<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Any>,
  steps: number,
  window: DeclaredWindow,
  options: ValueOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'lag', steps }, source, field, window, options)
}

type Upto<N extends number, Counted extends number[] = []> = Counted['length'] extends N
  ? Counted[number]
  : Upto<N, [...Counted, [...Counted, 0]['length'] & number]>

/**
 * The `n` newest values of a field, to be spread into a view's features: `<name>_1` is the newest, `<name>_2` the one
 * before it, and so on.
 */
export function lastN<F extends Fields, const Name extends string, const N extends number>(
  name: Name,
  source: EventType<F>,
  field: KeysOfKind<F, Any>,
  n: N,
  window: DeclaredWindow,
  options: ValueOptions<F> = {},
): Readonly<Record<`${Name}_${Upto<N>}`, Aggregation>> {
  const features = Array.from({ length: n }, (_, i) => [
    `${name}_${i + 1}`,
    lag(source, field, i, window, options),
  ])
  return Object.fromEntries(features)
}

/**
 * How long ago (ms) the event before the `skip` newest ones was; missing when there is none. The scored event is
 * itself counted, so the time since the one before it is told with `skip: 1`.
 */
export function timeSinceLast<F extends Fields>(
  source: EventType<F>,
  window: DeclaredWindow,
  { skip = 0, ...options }: NumberOptions<F> & { readonly skip?: number } = {},
): Aggregation {
  return aggregation({ kind: 'time-since', steps: skip }, source, undefined, window, options)
}

/** How many different values a field has: exact up to 512, then with a standard error of 2.3 % (HyperLogLog). */
export function distinctCount<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Category>,
  window: DeclaredWindow,
  options: Options<F> = {},
): Aggregation {
  return aggregation({ kind: 'distinct-count' }, source, field, window, { whenEmpty: 0, ...options })
}

/**
 * The value below which the share `q` (0 to 1) of the values of a field lies: exact up to 64 values, then within 1 %
 * of itself (DDSketch); missing when there are no events.
 */
export function quantile<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Numeric>,
  q: number,
  window: DeclaredWindow,
  options: NumberOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'quantile', q }, source, field, window, options)
}

/** The mean of a field in which a value counts half for every `halfLife` (ms) of its age; missing without events. */
export function decayedMean<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Numeric>,
  halfLife: number,
  window: DeclaredWindow,
  options: NumberOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'decayed-mean', halfLife }, source, field, window, options)
}

/**
 * The most frequent value of a field (a flag as 1 or 0), of equally frequent ones the smallest; exact up to 256
 * different values; missing when there are no events.
 */
export function mostFrequent<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Category>,
  window: DeclaredWindow,
  options: ValueOptions<F> = {},
): Aggregation {
  return aggregation({ kind: 'most-frequent' }, source, field, window, options)
}

/** The trend of a field: the slope of its least-squares line; missing without events at two different times. */
export function slope<F extends Fields>(
  source: EventType<F>,
  field: KeysOfKind<F, Numeric>,
  window: DeclaredWindow,
  {
    per = days(1),
    ...options
  }: NumberOptions<F> & {
    /** The unit of time (ms) by which the slope is told. Default one day. */
    readonly per?: number
  } = {},
): Aggregation {
  return aggregation({ kind: 'slope', per }, source, field, window, options)
}

function aggregation<F extends Fields>(
  measure: Measure,
  source: EventType<F>,
  field: string | undefined,
  window: DeclaredWindow,
  { where, whenEmpty }: ValueOptions<F>,
): Aggregation {
  return {
    ...measure,
    source,
    ...(field !== undefined && { field }),
    window: windowOf(window),
    ...(where !== undefined && { where: where as (event: EventValues) => boolean }),
    whenEmpty: whenEmpty ?? (source.fields[field ?? '']?.kind === 'text' ? null : Number.NaN),
  }
}
