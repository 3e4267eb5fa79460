import { createClock, type EventType, type Pipeline, speedOf, topics } from '@millrace/core'
import {
  type Connections,
  type EncodeValue,
  type PipelineContext,
  type RunningService,
  recordServing,
  settleAll,
  startStageService,
  TopicSerdes,
  type WatermarkSource,
} from '@millrace/platform'
import type { IngestorConfig } from './config.ts'
import { createIngestStage } from './ingest.ts'
import { IngestMetrics } from './ingest-metrics.ts'
import { createRawReader } from './read-raw.ts'

/** Builds the ingestor: one stage for each event type. */
export function startIngestor(context: PipelineContext<IngestorConfig>): Promise<RunningService> {
  const { pipeline, config } = context
  const clock = createClock(config.CLOCK, Date)
  const metrics = new IngestMetrics(context.metrics, pipeline)
  const speed = speedOf(config.CLOCK)
  const pace = { linger: config.RAW_LINGER_MS }
  return startStageService(context, {
    async runStages(host, connections) {
      const siblings = await ingestStages(pipeline, connections)
      const servedAtFirst = await recordServing(connections.redis, pipeline)
      const runOne = async (event: EventType): Promise<void> => {
        const decode = createRawReader(pipeline.name, event, connections.directory, () => clock.now())
        await host.run({
          stage: { ...createIngestStage(pipeline, event, speed, () => metrics.late(event)), pace },
          inputs: [{ topic: event.topic, decode }],
          outputs: await outputsOf(pipeline, event, connections),
          siblings,
          servedAtFirst,
          record: () => recordServing(connections.redis, pipeline),
          onOutputs: outputs => metrics.whenPublished(event, outputs),
          onHandled: facts => metrics.handled(event, facts),
        })
      }
      await settleAll(pipeline.events.map(runOne))
    },
  })
}

/** In a replay no raw partition of any event type runs far ahead of the others. */
async function ingestStages(
  { events }: Pipeline,
  { topicReader }: Connections,
): Promise<readonly WatermarkSource[]> {
  const counts = await topicReader.partitionCounts(events.map(event => event.topic))
  return events.map(event => ({ stage: topics.ingestStage(event), partitions: counts.get(event.topic)! }))
}

async function outputsOf(
  pipeline: Pipeline,
  event: EventType,
  { directory }: Connections,
): Promise<ReadonlyMap<string, EncodeValue>> {
  const clean = topics.cleanTopic(pipeline, event)
  const serde = await new TopicSerdes(pipeline, directory).eventRecords(clean, event)
  return new Map<string, EncodeValue>([
    [clean, value => serde.encode(value as never)],
    [topics.deadLetterTopic(event), value => value as Buffer],
  ])
}
