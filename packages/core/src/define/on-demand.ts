import type { EventOf, EventType } from './event-type.ts'

/** The numbers among the features of the views by name, NaN where they are missing. */
export type FeatureValues = Readonly<Record<string, number>>

/** The texts among them, null where they are missing. */
export type FeatureTexts = Readonly<Record<string, string | null>>

/**
 * A pure function of the event and of the view features computed for it. The feature is missing where it answers null,
 * or no finite number.
 */
export type OnDemandFeature<E extends EventType = EventType> = (
  event: EventOf<E>,
  features: FeatureValues,
  texts: FeatureTexts,
) => number | null

/** Features computed when they are asked for, from the event itself. */
export interface OnDemandFeatures<N extends string = string> {
  readonly source: EventType
  readonly features: Readonly<Record<N, OnDemandFeature<never>>>
}

/** Declares features that need no state. */
export function defineOnDemand<E extends EventType, const N extends string>(options: {
  readonly source: E
  readonly features: Readonly<Record<N, OnDemandFeature<E>>>
}): OnDemandFeatures<N> {
  return Object.freeze(options) as OnDemandFeatures<N>
}

const DAY = 86_400_000
const HOUR = 3_600_000

/** 1 on Saturday and Sunday, else 0 (UTC). Epoch day 0 was a Thursday. */
export function isWeekend(eventTime: number): number {
  const dayOfWeek = (Math.floor(eventTime / DAY) + 4) % 7
  return dayOfWeek === 0 || dayOfWeek === 6 ? 1 : 0
}

/** The hour of the day, 0 to 23 (UTC). */
export function hourOfDay(eventTime: number): number {
  return Math.floor((eventTime % DAY) / HOUR)
}
