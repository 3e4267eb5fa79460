import { type Pipeline, routeOf, topics } from '@millrace/core'

/** The field that keys the records of each topic; topics without an entry carry no key. */
export function topicKeys(pipeline: Pipeline): ReadonlyMap<string, string> {
  const { events, scored } = pipeline
  const keys = new Map<string, string>()
  for (const event of events) {
    const route = routeOf(pipeline, event)
    keys.set(event.topic, event.key)
    keys.set(topics.deadLetterTopic(event), event.key)
    keys.set(topics.cleanTopic(pipeline, event), topics.keyFieldInto(event, route[0]))
    for (const view of route.slice(1)) keys.set(topics.topicInto(pipeline, event, view), view.entity)
  }
  keys.set(topics.vectorsTopic(pipeline), scored.key)
  keys.set(topics.predictionsTopic(pipeline), scored.key)
  return keys
}
