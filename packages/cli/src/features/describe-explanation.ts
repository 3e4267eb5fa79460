import type { EventValue, FeatureValue, FeatureView } from '@millrace/core'
import type { Holding } from '../history/entity-events.ts'
import { formatSpan, tableLines } from '../plan/table.ts'
import { formatValue, isoTime } from './describe-entity.ts'
import type { ExplainedEvent, ExplainedFeature } from './explain-entity.ts'

/** Which events are listed: how many first and last ones of those that count, or all with their part. */
export type Listed = number | 'all'

/** A feature of an entity with where its value comes from. */
export interface Explained extends ExplainedFeature {
  readonly view: FeatureView
  readonly entity: string
  /** Evaluated at (epoch ms). */
  readonly time: number
  /** What the store answers, undefined where it knows nothing of the entity. */
  readonly served: { readonly value: FeatureValue; readonly truncated: boolean } | undefined
  readonly holdings: readonly Holding[]
}

/** An explanation as it is read. */
export function describeExplanation(explained: Explained, listed: Listed): string[] {
  const { view, entity, feature, time, recomputed, events, isIncomplete } = explained
  const { kind, window } = view.features[feature]!
  const counted = events.filter(({ part }) => part === 'counts').length
  const erased = events.filter(({ part }) => part === 'erased').length
  return [
    `${view.name}.${feature} (${kind}${describeWindow(window)}) of ${view.entity} ${entity} at ${isoTime(time)}`,
    ...tableLines([
      ['served', describeServed(explained)],
      ['recomputed', `${formatValue(recomputed)}, from ${counted} of ${events.length} events up to then`],
      ...(erased > 0 ? [['erased', `${erased} of these events`]] : []),
    ]),
    ...describeEvents(explained, listed),
    ...explained.holdings.flatMap(holding => describeHolding(holding, isIncomplete)),
  ]
}

/** The same for programs: times in epoch milliseconds, a missing value as null. */
export function explanationJson(explained: Explained): object {
  const { view, entity, feature, time, served, recomputed, events, isIncomplete, holdings } = explained
  return {
    view: view.name,
    feature,
    entity,
    time,
    served: served === undefined ? null : { value: jsonValue(served.value), truncated: served.truncated },
    recomputed: jsonValue(recomputed),
    incomplete: isIncomplete,
    events: events.map(({ value = null, ...event }) => ({ ...event, value })),
    topics: holdings.map(({ topic, lost, completeFrom }) => ({
      ...{ topic, lost },
      completeFrom: Number.isFinite(completeFrom) ? completeFrom : null,
    })),
  }
}

/** The events of an explained feature as a table; `listed` of them. */
export function describeEvents({ view, feature, events }: Explained, listed: Listed): string[] {
  const shown = listed === 'all' ? events : events.filter(({ part }) => part === 'counts')
  if (shown.length === 0) return []
  const { source, field } = view.features[feature]!
  const heading = ['event time', source.id, ...(field === undefined ? [] : [field]), 'part']
  const cells = ({ time, id, value, part }: ExplainedEvent): string[] => [
    isoTime(time),
    String(id),
    ...(value === undefined ? [] : [describeValue(value)]),
    part,
  ]
  const lines = tableLines([heading, ...shown.map(cells)])
  if (listed === 'all' || shown.length <= 2 * listed) return lines
  const left = shown.length - 2 * listed
  return [...lines.slice(0, listed + 1), `… ${left} more`, ...lines.slice(-listed)]
}

function describeServed({ served }: Explained): string {
  if (served === undefined) return 'nothing: the store does not know the entity'
  const { value, truncated } = served
  return `${formatValue(value)}${truncated ? ', a lower bound: windows of the view reach beyond what is kept' : ''}`
}

function describeWindow(window: FeatureView['features'][string]['window']): string {
  if (window.kind === 'session') return `, session with gaps of ${formatSpan(window.gap)}`
  if (window.kind === 'hopping') return `, windows of ${formatSpan(window.size)}`
  const behind = window.offset === 0 ? '' : `, ${formatSpan(window.offset)} back`
  return ` over ${formatSpan(window.length)}${behind}`
}

function describeHolding({ topic, lost, completeFrom }: Holding, isIncomplete: boolean): string[] {
  if (lost === 0) return []
  const since = Number.isFinite(completeFrom)
    ? `it is complete from ${isoTime(completeFrom)} on`
    : 'one of its partitions holds nothing'
  const what = isIncomplete ? 'the recomputed value may lack some of them' : 'the window does not reach them'
  return [`${topic} no longer holds its first ${lost} records; ${since}: ${what}.`]
}

function describeValue(value: EventValue): string {
  return value === null ? 'missing' : String(value)
}

function jsonValue(value: FeatureValue): FeatureValue {
  return typeof value === 'number' && Number.isNaN(value) ? null : value
}
