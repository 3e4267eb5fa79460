import type { Aggregation } from '../define/aggregation.ts'
import type { EventValues } from '../define/event-type.ts'
import type { FeatureValue } from '../define/feature-value.ts'
import type { FeatureView } from '../define/feature-view.ts'
import { MemoryLayout } from '../window/memory-layout.ts'
import { HistoryPlan } from './history-plan.ts'

/** A value of a feature, and the events that it is made of. */
export interface Explanation {
  readonly value: FeatureValue
  /** In order of event time; those with the same time in the order in which they were given. */
  readonly events: readonly EventValues[]
}

/**
 * Computes a feature of one entity as of `time` (epoch ms) from its events, all of the feature's source and in the
 * order in which they came, and tells which of them made it. Every event counts by itself, however many there are: a
 * served value whose oldest events were put into tiles may count a few more at the window's ends.
 */
export function explainFeature(
  view: FeatureView,
  feature: string,
  events: readonly EventValues[],
  time: number,
): Explanation {
  const aggregation = exactly(view.features[feature]!)
  const { source } = aggregation
  const timeOf = (event: EventValues): number => event[source.eventTime] as number
  const layout = new MemoryLayout()
  const plan = new HistoryPlan(source, [{ place: 0, aggregation }], Math.max(1, events.length), layout)
  const memory = layout.init()
  for (const event of events) plan.add(memory, event)
  const values: FeatureValue[] = []
  plan.evaluate(memory, time, values, 0)
  const { start, end } = plan.entriesSeen(0)
  const inOrder = events.toSorted((a, b) => timeOf(a) - timeOf(b))
  return { value: values[0]!, events: inOrder.slice(start, end).filter(event => counts(aggregation, event)) }
}

function exactly(aggregation: Aggregation): Aggregation {
  return { ...aggregation, window: { ...aggregation.window, precision: 'exact' } }
}

function counts({ field, where }: Aggregation, event: EventValues): boolean {
  if (field !== undefined && event[field] === null) return false
  return where === undefined || where(event)
}
