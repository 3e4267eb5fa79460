import type { EventValues, FeatureView, Id } from '@millrace/core'

/** The entity of each view that an event visits, by field name. */
export function entitiesOf(views: readonly FeatureView[], event: EventValues): Record<string, Id> {
  const entities: Record<string, Id> = {}
  for (const { entity } of views) entities[entity] = event[entity] as Id
  return entities
}

/** Values by the names at their places. Built in place: lists of pairs would be most of what a prediction leaves behind. */
export function named<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  const record: Record<string, T> = {}
  for (let i = 0; i < names.length; i++) record[names[i]!] = values[i]!
  return record
}
