import {
  createClock,
  type Pipeline,
  parseReference,
  topics,
  type VectorRecord,
  WindowStatistics,
} from '@millrace/core'
import {
  createScoring,
  type ModelVersion,
  modelFolder,
  readNewestModel,
  registerInferenceRoutes,
  servedModel,
  singleModel,
} from '@millrace/inference'
import {
  avroInput,
  type Connections,
  encodeJson,
  type PipelineContext,
  type RunningService,
  type StageInput,
  startStageService,
  TopicSerdes,
} from '@millrace/platform'
import {
  connectOnlineRedis,
  FeatureLookup,
  OnlineFeatures,
  RedisStateReader,
  RowPublisher,
} from '@millrace/platform/online'
import manifest from '../package.json' with { type: 'json' }
import type { ScorerConfig } from './config.ts'
import { registerFeastRoutes } from './routes/feast/feast-routes.ts'
import { registerFeatureRoutes } from './routes/features/feature-routes.ts'
import { registerScoreRoute } from './routes/score.ts'
import { RowTopics } from './row-topics.ts'
import { createScoreStage, type ScoreInput } from './score.ts'
import { ServingWatch } from './serving-watch.ts'

/** What the server calls itself to its clients. */
const SERVER = { name: 'millrace', version: manifest.version }

/** Builds the scorer: one model that answers requests and scores the stream. Requests are answered first. */
export async function startScorer(context: PipelineContext<ScorerConfig>): Promise<RunningService> {
  const { pipeline, config, logger, health } = context
  const folder = modelFolder(config.PIPELINE, pipeline.model)
  const model = await readNewestModel(folder, pipeline.model, pipeline.fitted)
  const scoring = await createScoring(model, pipeline.model, {
    onTrouble: error => logger.error({ err: error }, 'a scoring thread had to be replaced'),
  })
  const redis = connectOnlineRedis(config.REDIS_URL)
  const serving = new ServingWatch(redis, pipeline, health)
  const reader = new RedisStateReader(redis, pipeline.namespace)
  const online = new OnlineFeatures(pipeline, reader)
  const lookup = new FeatureLookup(pipeline, reader)
  const clock = createClock(config.CLOCK, Date)
  const { LOOKUP_MAX_ENTITIES: maxEntities, PUSH_MAX_ROWS: maxRows } = config
  const publisher = new RowPublisher({ maxWaiting: maxRows })
  const rowTopics = new RowTopics(pipeline)
  return startStageService(context, {
    addRoutes(app) {
      const models = singleModel(servedModel(scoring.identity, scoring.model))
      registerInferenceRoutes(app, { models, health, server: SERVER })
      registerScoreRoute(app, { pipeline, scoring, online, clock })
      registerFeatureRoutes(app, { lookup, clock, maxEntities })
      registerFeastRoutes(app, { pipeline, lookup, health, clock, maxEntities, publisher, maxRows })
    },
    async runStages(host, connections) {
      await serving.look()
      publisher.open(await rowTopics.connect(connections))
      await host.run({
        stage: createScoreStage({ pipeline, scoring, statistics: statisticsOf(pipeline, model) }),
        inputs: [await vectorInput(pipeline, connections)],
        outputs: new Map([
          [topics.predictionsTopic(pipeline), encodeJson],
          [topics.statisticsTopic(pipeline), encodeJson],
        ]),
      })
    },
    async release() {
      serving.stop()
      await rowTopics.close()
      redis.disconnect()
      await scoring.close()
    },
  })
}

function statisticsOf(pipeline: Pipeline, { identity, reference }: ModelVersion): WindowStatistics {
  return new WindowStatistics({
    model: identity,
    inputs: pipeline.model.inputs,
    reference: parseReference(reference),
    window: pipeline.monitor.window,
    grace: pipeline.scored.grace,
  })
}

async function vectorInput(
  pipeline: Pipeline,
  { topicReader, directory }: Connections,
): Promise<StageInput<ScoreInput>> {
  const topic = topics.vectorsTopic(pipeline)
  const stage = pipeline.views.findLast(view => view.sources.includes(pipeline.scored))?.name
  const before = stage ?? topics.ingestStage(pipeline.scored)
  const counts = await topicReader.partitionCounts(topics.topicsOfStage(pipeline, before))
  return avroInput<VectorRecord, ScoreInput>(await new TopicSerdes(pipeline, directory).vectors(topic), {
    topic,
    upstream: { stage: before, partitions: Math.max(...counts.values()) },
    eventTimeOf: record => record.event[pipeline.scored.eventTime] as number,
    toValue: record => ({ record }),
  })
}
