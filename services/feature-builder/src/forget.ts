import {
  type EraseRecord,
  type EventType,
  eraseMessage,
  type FeatureView,
  type Parent,
  type Pipeline,
  routeOf,
  type StageOutput,
  topics,
} from '@millrace/core'

/** A request to forget an entity, and by which source of the view it came. */
export interface EraseInput {
  readonly source: EventType
  readonly erase: EraseRecord
}

/** An erase record on its way from `view` to the next one, or undefined where no view behind is asked. */
export function passErase(
  pipeline: Pipeline,
  view: FeatureView,
  { source, erase }: EraseInput,
  parent: Parent,
): StageOutput | undefined {
  const route = routeOf(pipeline, source)
  const isAsked = route.slice(route.indexOf(view) + 1).some(({ name }) => erase.views.includes(name))
  if (!isAsked) return undefined
  return { topic: topics.topicAfter(pipeline, source, view)!, ...eraseMessage({ ...erase, parent }) }
}
