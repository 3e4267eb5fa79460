import type { EventType } from './event-type.ts'
import type { FeatureView } from './feature-view.ts'
import type { PipelineOptions } from './pipeline-options.ts'

/** Optional fields where a value is always needed. */
export function optionalFaults({ events, views, outcome }: PipelineOptions): string[] {
  return [
    ...events.flatMap(event => [...roleFaults(event), ...defaultFaults(event)]),
    ...views.flatMap(entityFaults),
    ...(outcome !== undefined && isOptional(outcome.source, outcome.field)
      ? [`outcome: "${outcome.field}" is optional: a label always says what the outcome was`]
      : []),
  ]
}

function roleFaults(event: EventType): string[] {
  const roles = { key: event.key, id: event.id, eventTime: event.eventTime }
  return Object.entries(roles)
    .filter(([, field]) => isOptional(event, field))
    .map(([role, field]) => `event type "${event.name}": its ${role} "${field}" must not be optional`)
}

function defaultFaults({ name, fields }: EventType): string[] {
  return Object.entries(fields)
    .filter(([, field]) => field.optional && field.default !== undefined)
    .map(
      ([field]) =>
        `event type "${name}", field "${field}": it has a default, so it is never missing: drop \`optional\``,
    )
}

function entityFaults({ name, entity, sources }: FeatureView): string[] {
  return sources
    .filter(source => isOptional(source, entity))
    .map(source => `feature view "${name}": its entity "${entity}" must not be optional in "${source.name}"`)
}

function isOptional(event: EventType, field: string): boolean {
  return event.fields[field]?.optional === true
}
