import {
  type Aggregation,
  type EventType,
  type FeatureView,
  type Pipeline,
  ViewEngine,
  type Window,
} from '@millrace/core'
import { formatSpan, tableLines } from './table.ts'

/** Every view with the state that it keeps, and what each of its features is computed from. */
export function describeViews({ views, scored }: Pick<Pipeline, 'views' | 'scored'>): string[] {
  return views.flatMap((view, i) => [...(i === 0 ? [] : ['']), ...describeView(view, scored)])
}

function describeView(view: FeatureView, scored: EventType): string[] {
  const { name, entity, sources, features, ttl, maxEntries } = view
  const from = sources.map(source => source.name).join(' and ')
  const rows = Object.entries(features).map(([feature, aggregation]) => [
    feature,
    describeAggregation(aggregation),
    describeWindow(aggregation.window),
  ])
  return [
    `${name}: one state for each ${entity}, from ${from}`,
    `a state is kept ${formatSpan(ttl)} after its last event, with at most ${maxEntries} events of each source one by one, those before them in tiles: ${formatBytes(new ViewEngine(view, scored).maxStateBytes)} at most`,
    ...tableLines([['feature', 'computed as', 'window'], ...rows]),
  ]
}

/** `mean of amount, payment` */
function describeAggregation(aggregation: Aggregation): string {
  const { field, source, where } = aggregation
  const of = field === undefined ? '' : ` of ${field}`
  return `${describeMeasure(aggregation)}${of}, ${source.name}${where === undefined ? '' : ' where it applies'}`
}

function describeMeasure(aggregation: Aggregation): string {
  switch (aggregation.kind) {
    case 'lag':
      return aggregation.steps === 0 ? 'last' : `lag ${aggregation.steps}`
    case 'time-since':
      return aggregation.steps === 0 ? 'time since last' : `time since last, skipping ${aggregation.steps}`
    case 'quantile':
      return `quantile ${aggregation.q}`
    case 'decayed-mean':
      return `decayed mean (half-life ${formatSpan(aggregation.halfLife)})`
    case 'slope':
      return `slope per ${formatSpan(aggregation.per)}`
    default:
      return aggregation.kind.replaceAll('-', ' ')
  }
}

function describeWindow(window: Window): string {
  const precision = window.precision === 'tiled' ? ', tiled' : ''
  return `${describeSpan(window)}${precision}`
}

function describeSpan(window: Window): string {
  switch (window.kind) {
    case 'sliding':
      return window.offset === 0
        ? formatSpan(window.length)
        : `${formatSpan(window.length)}, ${formatSpan(window.offset)} before`
    case 'hopping': {
      const every = window.size === window.step ? 'tumbling' : `every ${formatSpan(window.step)}`
      return `${formatSpan(window.size)}, ${every}${window.ago === 0 ? '' : `, ${window.ago} ago`}`
    }
    case 'session':
      return `session, gap ${formatSpan(window.gap)}`
  }
}

function formatBytes(bytes: number): string {
  return bytes < 10_000 ? `${bytes} bytes` : `${Math.ceil(bytes / 1_000).toLocaleString('en')} kB`
}
