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

/** An erase record on its way to the next view of its event type's route, or undefined where none behind is asked. */
export function passErase(
  pipeline: Pipeline,
  { source, view }: { readonly source: EventType; readonly view: FeatureView },
  erase: EraseRecord,
  parent: Parent,
): StageOutput | undefined {
  const route = routeOf(pipeline, source)
  const isAsked = route.slice(route.indexOf(view) + 1).some(({ name }) => erase.views.includes(name))
  if (!isAsked) return undefined
  return { topic: topics.topicAfter(pipeline, source, view)!, ...eraseMessage({ ...erase, parent }) }
}
