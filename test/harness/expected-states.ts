import type { SimulatedEvent } from '@millrace/card-fraud/simulator'
import {
  type EventValues,
  type FeatureView,
  type Pipeline,
  partitionOf,
  ViewEngine,
  type ViewState,
} from '@millrace/core'
import { stateKey } from '@millrace/platform'
import type { Deployment } from './deployment.ts'

/**
 * What the states of all entities must be worth after a replay of `events`: the features as of several times. They are
 * computed in memory, one event after another, labels before transactions of the same time.
 */
export function expectedStates(
  pipeline: Pipeline,
  events: readonly SimulatedEvent[],
  times: readonly number[],
): Map<string, number[][]> {
  const ordered = events
    .map(item => ({ ...item, time: item.type === 'label' ? item.event.knownAt : item.event.occurredAt }))
    .sort((a, b) => a.time - b.time || (a.type < b.type ? -1 : 1))
  const expected = new Map<string, number[][]>()
  for (const view of pipeline.views) {
    const engine = new ViewEngine(view, pipeline.scored)
    for (const [entity, state] of statesOf(engine, view, ordered))
      expected.set(nameOf(view, entity), valuesOf(engine, state, times))
  }
  return expected
}

/** What the stored states of the same entities are worth. */
export async function storedStates(
  deployment: Deployment,
  names: Iterable<string>,
  times: readonly number[],
): Promise<Map<string, number[][]>> {
  const { pipeline, redis } = deployment
  const engines = new Map(pipeline.views.map(view => [view.name, new ViewEngine(view, pipeline.scored)]))
  const stored = new Map<string, number[][]>()
  for (const name of names) {
    const [view, entity] = name.split('/') as [string, string]
    const bytes = await redis.getBuffer(
      stateKey(pipeline.namespace, view, partitionOf(entity, deployment.stagePartitions), entity),
    )
    const engine = engines.get(view)!
    if (bytes !== null) stored.set(name, valuesOf(engine, engine.decode(bytes), times))
  }
  return stored
}

const nameOf = (view: FeatureView, entity: string): string => `${view.name}/${entity}`

function statesOf(
  engine: ViewEngine,
  view: FeatureView,
  events: readonly SimulatedEvent[],
): Map<string, ViewState> {
  const states = new Map<string, ViewState>()
  for (const { type, event } of events) {
    const source = view.sources.find(candidate => candidate.name === type)
    if (source === undefined) continue
    const values = event as unknown as EventValues
    const entity = values[view.entity] as string
    if (!states.has(entity)) states.set(entity, engine.init())
    engine.add(states.get(entity)!, source, values)
  }
  return states
}

function valuesOf(engine: ViewEngine, state: ViewState, times: readonly number[]): number[][] {
  return times.map(time => {
    const values: number[] = []
    engine.evaluate(state, time, values, 0)
    return [...values, engine.latestOf(state), engine.recentIdsOf(state)]
  })
}
