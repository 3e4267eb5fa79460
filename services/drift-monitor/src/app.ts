import { type Pipeline, type StatisticsRecord, topics } from '@millrace/core'
import { modelFolder, openRegistry } from '@millrace/inference/registry'
import {
  encodeJson,
  jsonInput,
  type PipelineContext,
  type RunningService,
  type StageInput,
  startStageService,
} from '@millrace/platform'
import type { DriftMonitorConfig } from './config.ts'
import { DriftMetrics } from './drift-metrics.ts'
import { createDriftStage } from './judge.ts'
import { References } from './references.ts'

/** Builds the drift monitor: one stage with one partition. */
export function startDriftMonitor(context: PipelineContext<DriftMonitorConfig>): Promise<RunningService> {
  const { pipeline, config } = context
  const registry = openRegistry(config, modelFolder(config.PIPELINE, pipeline.model))
  const references = new References(registry, pipeline.model)
  const metrics = new DriftMetrics(context.metrics, pipeline)
  return startStageService(context, {
    async runStages(host, { topicReader }) {
      const vectors = topics.vectorsTopic(pipeline)
      const scorePartitions = (await topicReader.partitionCounts([vectors])).get(vectors)!
      await host.run({
        stage: createDriftStage({ pipeline, scorePartitions, referenceOf: model => references.of(model) }),
        inputs: [statisticsInput(pipeline, scorePartitions, references)],
        outputs: new Map([
          [topics.driftTopic(pipeline), encodeJson],
          [topics.retrainingTopic(pipeline), encodeJson],
        ]),
        onOutputs: outputs => metrics.whenPublished(outputs),
      })
    },
  })
}

/** Statistics, each with the reference of its model at hand. */
function statisticsInput(
  pipeline: Pipeline,
  scorePartitions: number,
  references: References,
): StageInput<StatisticsRecord> {
  const input = jsonInput<StatisticsRecord, StatisticsRecord>({
    topic: topics.statisticsTopic(pipeline),
    upstream: { stage: topics.SCORE_STAGE, partitions: scorePartitions },
    eventTimeOf: record => record.window.end,
    toValue: record => record,
  })
  return {
    ...input,
    async decode(messages) {
      const records = await input.decode(messages)
      for (const { value } of records) await references.prepare(value!.model)
      return records
    },
  }
}
