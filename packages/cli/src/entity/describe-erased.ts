import { type FeatureView, type Pipeline, type PlannedTopic, topicPlan, topics } from '@millrace/core'
import { formatSpan } from '../plan/table.ts'

/** What was erased, and where the entity may still be found. */
export function describeErased(pipeline: Pipeline, view: FeatureView, auditId: string): string[] {
  const { entity } = view
  const others = pipeline.views.filter(other => other !== view && other.entity === entity)
  return [
    `Erased: the view "${view.name}" knows nothing of this ${entity} any more (${auditId} in ${topics.auditTopic(pipeline)}).`,
    'It may still be found in:',
    ...others.map(({ name }) => `- the view "${name}": erase it there as well`),
    ...topicsWith(pipeline, entity).map(
      ({ name, retentionMs }) => `- ${name}, where records are kept for at least ${formatSpan(retentionMs)}`,
    ),
    '- the states of other versions of the pipeline, as long as they live',
    '- files that were written from these topics: archives, training sets, backfills',
    'To be rid of records sooner, shorten retention.ms of a topic for a while, or use kafka-delete-records. States that are rebuilt from topics are erased again at the same place.',
  ]
}

/** The topics whose records name the entity. */
function topicsWith(pipeline: Pipeline, entity: string): readonly PlannedTopic[] {
  const names = new Set([
    ...pipeline.events
      .filter(event => event.fields[entity] !== undefined)
      .flatMap(event => [event.topic, topics.deadLetterTopic(event), ...innerTopics(pipeline, event)]),
    ...(pipeline.scored.fields[entity] === undefined
      ? []
      : [topics.vectorsTopic(pipeline), topics.predictionsTopic(pipeline)]),
  ])
  return topicPlan(pipeline, { raw: 1, stage: 1 }).filter(({ name }) => names.has(name))
}

function innerTopics(pipeline: Pipeline, event: Pipeline['scored']): readonly string[] {
  const views = pipeline.views.filter(({ sources }) => sources.includes(event))
  return [topics.cleanTopic(pipeline, event), ...views.map(view => topics.topicInto(pipeline, event, view))]
}
