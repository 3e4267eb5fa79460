import type { Aggregation, EventValues, FeatureView } from '../../src/index.ts'
import type { ArrivedEvent } from './random-events.ts'

/** The features at `time` by filtering all events that arrived so far. */
export function naiveFeatures(view: FeatureView, arrived: readonly ArrivedEvent[], time: number): number[] {
  const inOrder = arrived.toSorted((a, b) => a.time - b.time)
  return Object.values(view.features).map(aggregation => naiveFeature(aggregation, inOrder, time))
}

function naiveFeature(aggregation: Aggregation, arrived: readonly ArrivedEvent[], time: number): number {
  const { source, kind, field, window, offset } = aggregation
  const events = arrived
    .filter(
      item => item.source === source && item.time > time - offset - window && item.time <= time - offset,
    )
    .map(({ event }) => event)
  if (kind === 'count') return events.length
  const total = totalOf(events, field!, source.fields[field!]!.kind)
  return kind === 'sum' ? total : events.length === 0 ? 0 : total / events.length
}

/** Money is added up in cents, so that nothing is rounded on the way. */
function totalOf(events: readonly EventValues[], field: string, kind: string): number {
  const scale = kind === 'money' ? 100 : 1
  const units = events.map(event =>
    kind === 'money' ? Math.round(Number(event[field]) * 100) : Number(event[field]),
  )
  return units.reduce((sum, value) => sum + value, 0) / scale
}
