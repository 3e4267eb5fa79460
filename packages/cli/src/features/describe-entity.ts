import type { FeatureValue, FeatureView } from '@millrace/core'
import type { EntityFeatures } from '@millrace/platform/online'
import { formatSpan, tableLines } from '../plan/table.ts'

/** The features of an entity at `time` (epoch ms), as a table: value, event time and age, and whether it is fresh. */
export function describeEntity(
  { name, entity: field, features, freshness }: FeatureView,
  entity: string,
  { values, eventTimes, newest, truncated }: EntityFeatures,
  time: number,
): string[] {
  if (newest === null) return [`${name}: nothing is known of ${field} ${entity} at ${isoTime(time)}`]
  const rows = Object.keys(features).map((feature, i) => [
    feature,
    formatValue(values[i]!),
    ...describeAge(eventTimes[i]!, time, freshness),
  ])
  return [
    `${name}: ${field} ${entity} at ${isoTime(time)}`,
    ...tableLines([['feature', 'value', 'newest event', 'age', `fresh (${formatSpan(freshness)})`], ...rows]),
    ...(truncated
      ? ['Some windows reach further back than what is kept: their values are lower bounds.']
      : []),
  ]
}

function describeAge(eventTime: number | null, time: number, freshness: number): string[] {
  if (eventTime === null) return ['–', '–', '–']
  const age = time - eventTime
  return [isoTime(eventTime), formatSpan(wholeUnits(age)), age <= freshness ? 'yes' : 'no']
}

/** Milliseconds of an age of days are for nobody. */
function wholeUnits(ms: number): number {
  const unit = ms >= 86_400_000 ? 60_000 : ms >= 60_000 ? 1_000 : 1
  return Math.floor(ms / unit) * unit
}

/** A value as it is read: a missing one is told in words. */
export function formatValue(value: FeatureValue): string {
  return value === null || Number.isNaN(value) ? 'missing' : String(value)
}

export function isoTime(time: number): string {
  return new Date(time).toISOString()
}
