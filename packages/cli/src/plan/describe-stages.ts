import { type Pipeline, topics } from '@millrace/core'
import { tableLines } from './table.ts'

interface StageRow {
  readonly stage: string
  readonly service: string
  readonly writes: readonly string[]
}

/** Every stage with its service and the topics that it reads and writes, in the order in which events flow. */
export function describeStages(pipeline: Pipeline): string[] {
  const { events, views } = pipeline
  const rows: readonly StageRow[] = [
    ...events.map((event): StageRow => {
      const writes = [topics.cleanTopic(pipeline, event), topics.deadLetterTopic(event)]
      return { stage: topics.ingestStage(event), service: 'ingestor', writes }
    }),
    ...views.map((view): StageRow => {
      const writes = view.sources.flatMap(source => topics.topicAfter(pipeline, source, view) ?? [])
      return { stage: view.name, service: 'feature-builder', writes }
    }),
    {
      stage: topics.SCORE_STAGE,
      service: 'scorer',
      writes: [topics.predictionsTopic(pipeline), topics.statisticsTopic(pipeline)],
    },
    {
      stage: topics.DRIFT_STAGE,
      service: 'drift-monitor',
      writes: [topics.driftTopic(pipeline), topics.retrainingTopic(pipeline)],
    },
  ]
  const cells = rows.map(({ stage, service, writes }) => [
    stage,
    service,
    topics.topicsOfStage(pipeline, stage).join(', '),
    writes.join(', ') || '–',
  ])
  return tableLines([['stage', 'service', 'reads', 'writes'], ...cells])
}
