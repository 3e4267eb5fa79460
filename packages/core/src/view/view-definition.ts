import type { Aggregation } from '../define/aggregation.ts'
import type { FeatureView } from '../define/feature-view.ts'

/**
 * All that the states of a view follow from, as one text: its entity, its sources and how each feature is computed. A
 * state that was written under another text would be read wrongly.
 */
export function viewDefinition({ entity, sources, features }: FeatureView): string {
  const computed = Object.entries(features).map(([name, aggregation]) => [name, describe(aggregation)])
  return JSON.stringify([entity, sources.map(source => source.name), computed], asText)
}

/** Of the field only what says how its values are kept counts; `maxEntries` and lifetimes change no layout. */
function describe({ source, field, ...aggregation }: Aggregation): unknown {
  const { description: _, ...declared } = source.fields[field ?? ''] ?? { description: '' }
  return { ...aggregation, source: source.name, eventTime: source.eventTime, id: source.id, field, declared }
}

/** A function is told by its text; JSON would write every number that is not finite as null. */
function asText(_: string, value: unknown): unknown {
  if (typeof value === 'function') return String(value)
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
