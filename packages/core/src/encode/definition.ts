import type { Pipeline } from '../define/pipeline.ts'
import { isFitted } from './fitting.ts'

/**
 * All that the values of a pipeline's features follow from, as one text: fields, views, on-demand functions, encoders
 * and the outcome. What encoders have learnt belongs to the text that they were fitted under.
 */
export function encodingDefinition({ events, views, onDemand, encoders, outcome }: Pipeline): string {
  const parts = [
    events.map(({ name, fields }) => [name, fields]),
    views.map(({ name, entity, features }) => [name, entity, features]),
    onDemand.features,
    encoders?.features ?? {},
    outcome && [outcome.source.name, outcome.field],
  ]
  return JSON.stringify(parts, asText)
}

/**
 * A function is told by its text. JSON would write every number that is not finite as null. Words are for people, and
 * what becomes of a record without a value changes no event.
 */
function asText(key: string, value: unknown): unknown {
  if (key === 'description' && typeof value === 'string') return undefined
  if (key === 'tombstones') return undefined
  if (typeof value === 'function') return String(value)
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

/** The names of the encoders that learn from a training window. */
export function fittedEncoders({ encoders }: Pick<Pipeline, 'encoders'>): readonly string[] {
  return Object.entries(encoders?.features ?? {})
    .filter(([, encoder]) => isFitted(encoder))
    .map(([name]) => name)
}
