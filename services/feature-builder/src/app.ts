import {
  type EventRecord,
  type EventType,
  type FeatureView,
  type Pipeline,
  speedOf,
  topics,
} from '@millrace/core'
import {
  avroInput,
  type Connections,
  type EncodeValue,
  type PipelineContext,
  type RunningService,
  recordDefinition,
  type StageInput,
  settleAll,
  startStageService,
  TopicSerdes,
} from '@millrace/platform'
import { createViewStage, type ViewInput } from './build-features.ts'
import { FeatureMetrics } from './feature-metrics.ts'

/** Builds the feature builder: one stage for each feature view. */
export function startFeatureBuilder(context: PipelineContext): Promise<RunningService> {
  const { pipeline, config } = context
  const metrics = new FeatureMetrics(context.metrics, pipeline)
  return startStageService(context, {
    async runStages(host, connections) {
      const runOne = async (view: FeatureView): Promise<void> => {
        const inputs = view.sources.map(source => inputOf(pipeline, view, source, connections))
        await host.run({
          stage: createViewStage(pipeline, view, speedOf(config.CLOCK)),
          inputs: await Promise.all(inputs),
          outputs: await outputsOf(pipeline, view, connections),
          record: () => recordDefinition(connections.redis, pipeline.namespace, view),
          onHandled: facts => metrics.handled(view, facts),
        })
      }
      await settleAll(pipeline.views.map(runOne))
    },
  })
}

async function inputOf(
  pipeline: Pipeline,
  view: FeatureView,
  source: EventType,
  { topicReader, directory }: Connections,
): Promise<StageInput<ViewInput>> {
  const topic = topics.topicInto(pipeline, source, view)
  const stage = topics.stageBefore(pipeline, source, view)
  const before = topics.topicsOfStage(pipeline, stage)
  const counts = await topicReader.partitionCounts(before)
  return avroInput<EventRecord, ViewInput>(
    await new TopicSerdes(pipeline, directory).eventRecords(topic, source),
    {
      topic,
      upstream: { stage, partitions: Math.max(...counts.values()) },
      eventTimeOf: record => record.event[source.eventTime] as number,
      toValue: record => ({ source, record }),
      toErase: erase => ({ source, erase }),
    },
  )
}

async function outputsOf(
  pipeline: Pipeline,
  view: FeatureView,
  { directory }: Connections,
): Promise<ReadonlyMap<string, EncodeValue>> {
  const serdes = new TopicSerdes(pipeline, directory)
  const outputs = new Map<string, EncodeValue>()
  for (const source of view.sources) {
    const topic = topics.topicAfter(pipeline, source, view)
    if (topic === undefined) continue
    const serde =
      topic === topics.vectorsTopic(pipeline)
        ? await serdes.vectors(topic)
        : await serdes.eventRecords(topic, source)
    outputs.set(topic, value => serde.encode(value as never))
  }
  return outputs
}
