import { days } from '../time/duration.ts'
import type { Aggregation } from './aggregation.ts'
import type { EventType } from './event-type.ts'
import type { IdKind, KeysOfKind } from './field.ts'
import { reachOf } from './window.ts'

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
  /** Events of a source kept one by one for an entity; beyond it the oldest are put into tiles. */
  readonly maxEntries: number
  /** How long ids of handled events are remembered, so that a request for one of them does not count it twice (ms); no more of
   * them than `maxEntries`. */
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
  /** Default 2,000. */
  readonly maxEntries?: number
  /** Default one hour. */
  readonly recentIds?: number
}

/** Declares the features of one entity. By default a state lives one day longer than its longest window reaches. */
export function defineFeatureView<const S extends readonly EventType[], const N extends string>(
  options: FeatureViewOptions<S, N>,
): FeatureView<N> {
  const reach = Math.max(...Object.values<Aggregation>(options.features).map(({ window }) => reachOf(window)))
  const defaults = { ttl: reach + days(1), freshness: days(1), maxEntries: 2_000, recentIds: 3_600_000 }
  return Object.freeze({ ...defaults, ...options })
}
