import { MillraceError } from '../errors.ts'
import type { EventType } from './event-type.ts'
import { fallbackFaults } from './fallback.ts'
import type { PipelineOptions } from './pipeline-options.ts'
import { encoderFaults } from './validate-encoders.ts'
import { optionalFaults } from './validate-fields.ts'
import { reasonFaults } from './validate-reasons.ts'
import { viewFaults } from './validate-views.ts'

const NAME = /^[a-z][a-z0-9_-]{0,62}$/

/** Throws DECLARATION_INVALID that lists every fault of a declaration, each with its place and its mend. */
export function validatePipeline(options: PipelineOptions): void {
  const faults = [
    ...namesOf(options),
    ...options.events.flatMap(eventFaults),
    ...options.events.flatMap(event => tombstoneFaults(event, options)),
    ...options.views.flatMap(view => viewFaults(view, options.events, options.onDemand.source)),
    ...featureFaults(options),
    ...reasonFaults(options.model),
    ...fallbackFaults(options.model),
    ...outcomeFaults(options),
    ...canaryFaults(options),
    ...optionalFaults(options),
    ...encoderFaults(options),
  ]
  if (faults.length === 0) return
  throw new MillraceError('DECLARATION_INVALID', `The pipeline cannot be used:\n- ${faults.join('\n- ')}`, {
    details: { faults },
  })
}

function namesOf(options: PipelineOptions): string[] {
  const named = [
    { place: 'pipeline', name: options.name },
    ...options.events.map(event => ({ place: 'event type', name: event.name })),
    ...options.views.map(view => ({ place: 'feature view', name: view.name })),
    { place: 'model', name: options.model.name },
  ]
  const malformed = named
    .filter(({ name }) => !NAME.test(name))
    .map(
      ({ place, name }) =>
        `${place} "${name}": use lower-case letters, digits, _ and -, starting with a letter`,
    )
  return [
    ...malformed,
    ...clashes('event type', options.events),
    ...clashes('feature view', options.views),
    ...reservedNames(options),
  ]
}

/** Stages and topics are named by their view, beside those that every pipeline has. */
function reservedNames({ views }: PipelineOptions): string[] {
  return views
    .filter(({ name }) => ['clean', 'score', 'drift'].includes(name) || name.startsWith('ingest-'))
    .map(
      ({ name }) => `feature view "${name}": the name is that of a topic or stage of its own: take another`,
    )
}

function clashes(place: string, items: readonly { readonly name: string }[]): string[] {
  const names = items.map(item => item.name)
  return [...new Set(names)]
    .filter(name => names.indexOf(name) !== names.lastIndexOf(name))
    .map(name => `${place} "${name}" is declared twice: rename one`)
}

function eventFaults(event: EventType): string[] {
  const place = `event type "${event.name}"`
  const roles = { key: event.key, id: event.id, eventTime: event.eventTime }
  return Object.entries(roles)
    .filter(([, field]) => event.fields[field] === undefined)
    .map(([role, field]) => `${place}: its ${role} "${field}" is not one of its fields`)
}

/** A tombstone carries the key and nothing else. */
function tombstoneFaults(event: EventType, { views }: PipelineOptions): string[] {
  const { name, key, tombstones } = event
  if (tombstones === 'dead-letter') return []
  const isHeard = views.some(({ sources, entity }) => sources.includes(event) && entity === key)
  return isHeard
    ? []
    : [
        `event type "${name}": its tombstones erase nothing, since no view of its events has the entity "${key}"`,
      ]
}

function featureFaults({ views, onDemand, encoders, model }: PipelineOptions): string[] {
  const parts = [...views, onDemand, ...(encoders === undefined ? [] : [encoders])]
  const names = parts.flatMap(part => Object.keys(part.features))
  const twice = names
    .filter((name, i) => names.indexOf(name) !== i)
    .map(name => `feature "${name}" is declared twice: rename one`)
  const unknown = model.inputs
    .filter(input => !names.includes(input))
    .map(input => `model "${model.name}": its input "${input}" is no declared feature`)
  const repeated = model.inputs
    .filter((input, i) => model.inputs.indexOf(input) !== i)
    .map(input => `model "${model.name}": its input "${input}" is named twice: drop one`)
  const unvisited = views.filter(
    view =>
      !view.sources.includes(onDemand.source) &&
      Object.keys(view.features).some(name => model.inputs.includes(name)),
  )
  return [
    ...twice,
    ...unknown,
    ...repeated,
    ...unvisited.map(
      view =>
        `feature view "${view.name}": add the scored event type "${onDemand.source.name}" to its sources, so that events visit it`,
    ),
  ]
}

function canaryFaults({ model }: PipelineOptions): string[] {
  const share = model.canary?.share ?? 0
  return share >= 0 && share <= 1
    ? []
    : [`model "${model.name}": the share of its canary must be from 0 to 1, not ${share}`]
}

function outcomeFaults({ outcome }: PipelineOptions): string[] {
  if (outcome === undefined || outcome.source.fields[outcome.field]?.kind === 'flag') return []
  return [`outcome: "${outcome.field}" is no flag of "${outcome.source.name}"`]
}
