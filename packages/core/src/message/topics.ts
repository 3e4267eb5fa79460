import type { EventType } from '../define/event-type.ts'
import type { FeatureView } from '../define/feature-view.ts'
import { type Pipeline, routeOf } from '../define/pipeline.ts'

/** Names of the topics and stages that follow from a pipeline. */

/** Namespaced, since its keys and partitions follow from the views: two versions may differ in them. */
export const cleanTopic = (pipeline: Pipeline, event: EventType): string =>
  `${pipeline.namespace}.${event.name}.clean`
export const deadLetterTopic = (event: EventType): string => `${event.topic}.dlq`
export const vectorsTopic = (pipeline: Pipeline): string => `${pipeline.namespace}.vectors`
export const predictionsTopic = (pipeline: Pipeline): string => pipeline.predictionsTopic
export const statisticsTopic = (pipeline: Pipeline): string => `${pipeline.namespace}.statistics`
export const driftTopic = (pipeline: Pipeline): string => `${pipeline.name}.drift`
export const retrainingTopic = (pipeline: Pipeline): string => `${pipeline.name}.retraining`
export const auditTopic = (pipeline: Pipeline): string => `${pipeline.name}.audit`

export const ingestStage = (event: EventType): string => `ingest-${event.name}`
export const SCORE_STAGE = 'score'
export const DRIFT_STAGE = 'drift'

/** The topic on which `event` reaches the stage of `view`: the clean topic, or the one of its hop. */
export function topicInto(pipeline: Pipeline, event: EventType, view: FeatureView): string {
  return routeOf(pipeline, event)[0] === view
    ? cleanTopic(pipeline, event)
    : `${pipeline.namespace}.${event.name}.${view.name}`
}

/** The stage whose outputs reach `view` for `event`: the ingestor's, or that of the view before. */
export function stageBefore(pipeline: Pipeline, event: EventType, view: FeatureView): string {
  const route = routeOf(pipeline, event)
  const index = route.indexOf(view)
  return index === 0 ? ingestStage(event) : route[index - 1]!.name
}

/** Where an event goes from `view`: to its next view, or, when it is scored, to the vectors; else nowhere. */
export function topicAfter(pipeline: Pipeline, event: EventType, view: FeatureView): string | undefined {
  const route = routeOf(pipeline, event)
  const next = route[route.indexOf(view) + 1]
  if (next !== undefined) return topicInto(pipeline, event, next)
  return event === pipeline.scored ? vectorsTopic(pipeline) : undefined
}

/** The field that keys a clean record: the entity of the first view on its route, or the event's own key. */
export function keyFieldInto(event: EventType, view: FeatureView | undefined): string {
  return view?.entity ?? event.key
}

/** The topics that a stage consumes, in the order of its inputs. */
export function topicsOfStage(pipeline: Pipeline, stage: string): readonly string[] {
  const event = pipeline.events.find(candidate => ingestStage(candidate) === stage)
  if (event !== undefined) return [event.topic]
  const view = pipeline.views.find(candidate => candidate.name === stage)
  if (view !== undefined) return view.sources.map(source => topicInto(pipeline, source, view))
  return [stage === SCORE_STAGE ? vectorsTopic(pipeline) : statisticsTopic(pipeline)]
}
