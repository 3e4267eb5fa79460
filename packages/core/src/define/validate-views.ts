import type { Aggregation } from './aggregation.ts'
import type { EventType } from './event-type.ts'
import { featureKindOf } from './feature-kind.ts'
import type { FeatureView } from './feature-view.ts'
import { reachOf, windowFaults } from './window.ts'

/** Everything that is wrong with a feature view, each with its place and its mend. */
export function viewFaults(
  view: FeatureView,
  events: readonly EventType[],
  scored: EventType | undefined,
): string[] {
  const place = `feature view "${view.name}"`
  return [
    ...view.sources.flatMap(source => sourceFaults(view, source, events)).map(fault => `${place}: ${fault}`),
    ...boundFaults(view).map(fault => `${place}: ${fault}`),
    ...Object.entries(view.features).flatMap(([name, aggregation]) =>
      aggregationFaults(view, aggregation, scored).map(fault => `${place}, feature "${name}": ${fault}`),
    ),
  ]
}

function sourceFaults(view: FeatureView, source: EventType, events: readonly EventType[]): string[] {
  const faults: string[] = []
  if (!events.includes(source)) faults.push(`its source "${source.name}" is not among the pipeline's events`)
  if (!['text', 'integer'].includes(source.fields[view.entity]?.kind ?? ''))
    faults.push(`its entity "${view.entity}" is no text or integer field of "${source.name}"`)
  return faults
}

function boundFaults({ features, ttl, maxEntries }: FeatureView): string[] {
  const reach = Math.max(0, ...Object.values(features).map(({ window }) => reachOf(window)))
  const faults: string[] = []
  if (ttl < reach)
    faults.push(
      `its ttl (${ttl} ms) is shorter than its windows reach back (${reach} ms): make it at least that`,
    )
  if (!(Number.isInteger(maxEntries) && maxEntries > 0))
    faults.push('its maxEntries must be a whole number from 1 on')
  return faults
}

function aggregationFaults(
  view: FeatureView,
  aggregation: Aggregation,
  scored: EventType | undefined,
): string[] {
  const { source, field, window } = aggregation
  const faults: string[] = []
  if (!view.sources.includes(source)) faults.push(`add its event type "${source.name}" to the view's sources`)
  if (field !== undefined && source.fields[field] === undefined)
    faults.push(`"${source.name}" has no field "${field}"`)
  if (typeof aggregation.whenEmpty === 'string' && featureKindOf(aggregation) === 'number')
    faults.push('its values are numbers, so `whenEmpty` must be one')
  return [...faults, ...windowFaults(window), ...measureFaults(aggregation, scored)]
}

function measureFaults(aggregation: Aggregation, scored: EventType | undefined): string[] {
  switch (aggregation.kind) {
    case 'lag':
      return isCount(aggregation.steps) ? [] : ['its steps must be a whole number, not negative']
    case 'time-since':
      return timeSinceFaults(aggregation, scored)
    case 'quantile':
      return aggregation.q >= 0 && aggregation.q <= 1 ? [] : ['its q must be from 0 to 1']
    case 'decayed-mean':
      return aggregation.halfLife > 0 ? [] : ['its half-life must be longer than 0 ms']
    case 'slope':
      return aggregation.per > 0 ? [] : ['its `per` must be longer than 0 ms']
    default:
      return []
  }
}

function timeSinceFaults(
  { steps, source, window, where }: Aggregation & { readonly steps: number },
  scored: EventType | undefined,
): string[] {
  if (!isCount(steps)) return ['its skip must be a whole number, not negative']
  const countsTheScored =
    source === scored && where === undefined && !('offset' in window && window.offset > 0)
  return countsTheScored && steps === 0
    ? ['it is always 0, since the scored event is itself counted: set `skip: 1`']
    : []
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
