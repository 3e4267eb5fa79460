import type { FeatureView, Pipeline } from '@millrace/core'
import type { FeatureLookup, ServedView } from '@millrace/platform/online'
import { collectEvents } from '../history/entity-events.ts'
import type { EventLog } from '../history/event-log.ts'
import type { Explained } from './describe-explanation.ts'
import { explainEntity } from './explain-entity.ts'

export interface Question {
  readonly view: FeatureView
  readonly feature: string
  /** As the store names it. */
  readonly entity: string
  /** Epoch ms. */
  readonly time: number
}

/** Answers what made a value: from the store what is served, from the topics the events. Throws what both throw. */
export async function explain(
  pipeline: Pipeline,
  { view, feature, entity, time }: Question,
  log: EventLog,
  lookup: Pick<FeatureLookup, 'lookUp' | 'views'>,
): Promise<Explained> {
  const served = await servedOf(lookup, lookup.views.get(view.name)!, { feature, entity, time })
  const { source } = view.features[feature]!
  const only = { ...pipeline, events: [source] }
  const collected = await collectEvents(log, only, new Map([[view, new Set([entity])]]))
  const { holdings } = collected
  const explained = explainEntity(view, feature, entity, collected, time)
  return { ...explained, view, entity, time, served, holdings }
}

async function servedOf(
  lookup: Pick<FeatureLookup, 'lookUp'>,
  view: ServedView,
  { feature, entity, time }: Omit<Question, 'view'>,
): Promise<Explained['served']> {
  const [[found] = []] = await lookup.lookUp([{ view, entities: [entity] }], time)
  if (found === undefined || found.newest === null) return undefined
  return { value: found.values[view.featureNames.indexOf(feature)]!, truncated: found.truncated }
}
