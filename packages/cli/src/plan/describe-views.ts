import type { Aggregation, FeatureView, Pipeline } from '@millrace/core'
import { formatSpan, tableLines } from './table.ts'

/** Every view with the state that it keeps, and what each of its features is computed from. */
export function describeViews({ views }: Pick<Pipeline, 'views'>): string[] {
  return views.flatMap((view, i) => [...(i === 0 ? [] : ['']), ...describeView(view)])
}

function describeView({ name, entity, sources, features, ttl, maxEntries }: FeatureView): string[] {
  const from = sources.map(source => source.name).join(' and ')
  const rows = Object.entries(features).map(([feature, aggregation]) => [
    feature,
    describeAggregation(aggregation),
    describeWindow(aggregation),
  ])
  return [
    `${name}: one state for each ${entity}, from ${from}`,
    `a state is kept ${formatSpan(ttl)} after its last event, with at most ${maxEntries} entries of each source`,
    ...tableLines([['feature', 'computed as', 'window'], ...rows]),
  ]
}

/** `mean of amount, payment` */
function describeAggregation({ kind, field, source }: Aggregation): string {
  return `${kind}${field === undefined ? '' : ` of ${field}`}, ${source.name}`
}

function describeWindow({ window, offset }: Aggregation): string {
  return offset === 0 ? formatSpan(window) : `${formatSpan(window)}, ${formatSpan(offset)} before`
}
