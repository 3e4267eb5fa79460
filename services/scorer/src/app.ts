import {
  createClock,
  MillraceError,
  type Pipeline,
  ROLES,
  routeOf,
  topics,
  type VectorRecord,
  WindowStatistics,
} from '@millrace/core'
import {
  type AnswerFacts,
  hostedModels,
  InferenceMetrics,
  modelFolder,
  openRegistry,
  registerExplainRoutes,
  registerInferenceRoutes,
  registerRegistryWebhook,
  startGrpc,
} from '@millrace/inference'
import {
  avroInput,
  type Connections,
  encodeJson,
  type Health,
  type PipelineContext,
  type RunningService,
  type StageInput,
  startStageService,
  TopicSerdes,
} from '@millrace/platform'
import { subjectOf } from '@millrace/platform/http'
import { StoreMetrics } from '@millrace/platform/metrics'
import {
  connectOnlineRedis,
  FeatureLookup,
  guardReader,
  OnlineFeatures,
  RedisStateReader,
  RowPublisher,
} from '@millrace/platform/online'
import manifest from '../package.json' with { type: 'json' }
import type { ScorerConfig } from './config.ts'
import { compileDecide } from './decide/decide-requests.ts'
import { PredictionLog } from './decide/prediction-log.ts'
import { compileReadFeatures } from './decide/read-features.ts'
import type { RequestDecision } from './decide/request-decision.ts'
import { timed } from './decide/timed.ts'
import { DecisionMetrics } from './decision-metrics.ts'
import { PipelineModels } from './models/pipeline-models.ts'
import { OutputTopics } from './output-topics.ts'
import { registerFeastRoutes } from './routes/feast/feast-routes.ts'
import { registerFeatureRoutes } from './routes/features/feature-routes.ts'
import { registerScoreRoute } from './routes/score.ts'
import { createScoreStage, type ScoreInput } from './score.ts'
import { ServingWatch } from './serving-watch.ts'
import { VectorMetrics } from './vector-metrics.ts'

/** What the server calls itself to its clients. */
const SERVER = { name: 'millrace', version: manifest.version }

/** Builds the scorer: the versions of one model that answer requests and score the stream. Requests come first. */
export async function startScorer(context: PipelineContext<ScorerConfig>): Promise<RunningService> {
  const { pipeline, config, logger, health } = context
  const topic = topics.predictionsTopic(pipeline)
  const metrics = new DecisionMetrics(context.metrics, { topic, model: pipeline.model.name })
  const vectors = vectorMetricsOf(context)
  const statistics = new WindowStatistics({
    inputs: pipeline.model.inputs,
    window: pipeline.monitor.window,
    grace: pipeline.scored.grace,
  })
  const inference = new InferenceMetrics(context.metrics)
  doWithout(context)
  const models = await openModels(context, statistics, inference)
  metrics.showRegistry(models)
  const redis = connectOnlineRedis(config.REDIS_URL, { commandTimeout: config.FEATURE_DEADLINE_MS })
  const serving = new ServingWatch(redis, pipeline, health)
  const store = new StoreMetrics(context.metrics)
  const states = store.measuredReader(new RedisStateReader(redis, pipeline.namespace))
  const reader = guardReader(states, {
    onChange: isOpen => metrics.storeLeftAlone(isOpen),
  })
  const fetch = inference.stepOf(pipeline.model.name, 'fetch')
  const readFeatures = compileReadFeatures(pipeline, new OnlineFeatures(pipeline, reader))
  const decideAll = compileDecide(pipeline, models, timed(readFeatures, fetch))
  const lookup = new FeatureLookup(pipeline, reader)
  const clock = createClock(config.CLOCK, Date)
  const { LOOKUP_MAX_ENTITIES: maxEntities, PUSH_MAX_ROWS: maxRows, SCORE_MAX_EVENTS: maxEvents } = config
  const publisher = new RowPublisher({ maxWaiting: maxRows })
  const publish = inference.stepOf(pipeline.model.name, 'publish')
  const log = new PredictionLog({
    topic,
    capacity: config.PREDICTION_LOG_CAPACITY,
    onLost: predictions => metrics.lost(predictions),
    onSent: took => publish.observe(took / 1_000),
  })
  const outputs = new OutputTopics(pipeline)
  const onAnswer = (facts: AnswerFacts) => inference.answered(facts)
  const onDecision = (decision: RequestDecision) => {
    metrics.requested(decision)
    vectors.vectors([decision.online.vector])
    vectors.aged(decision.online.featureAges)
  }
  return startStageService(context, {
    async addRoutes(app, edge) {
      const served = {
        models: hostedModels([models.host]),
        health,
        server: SERVER,
        onAnswer,
      }
      registerInferenceRoutes(app, served)
      const grpc = await startGrpc({
        ...served,
        host: config.HTTP_HOST,
        port: config.GRPC_PORT,
        access: edge.access,
        subjectOf,
        ...(edge.tls && { tls: edge.tls }),
        limits: { messageBytes: edge.limits.bodyBytes },
        onFailure: error => logger.error({ err: error }, 'a call failed'),
      })
      app.addHook('preClose', () => grpc.close())
      logger.info({ port: grpc.port }, 'answering gRPC')
      registerExplainRoutes(app, { explainerOf: models.explainerOf })
      const secret = config.MODEL_REGISTRY_WEBHOOK_SECRET
      const model = pipeline.model.name
      if (secret !== undefined) registerRegistryWebhook(app, { secret, model, onHint: () => models.hint() })
      registerScoreRoute(app, { pipeline, decideAll, log, clock, maxEvents, onDecision, onAnswer })
      registerFeatureRoutes(app, { lookup, clock, maxEntities })
      registerFeastRoutes(app, { pipeline, lookup, health, clock, maxEntities, publisher, maxRows })
    },
    async runStages(host, connections) {
      await serving.look()
      publisher.open(await outputs.connect(connections, 'rows'))
      log.open(await outputs.connect(connections, 'predictions'))
      await host.run({
        stage: createScoreStage({ pipeline, models, statistics, metrics: vectors }),
        inputs: [await vectorInput(pipeline, connections)],
        outputs: new Map([
          [topic, encodeJson],
          [topics.statisticsTopic(pipeline), encodeJson],
        ]),
        onOutputs: outputs => metrics.whenPublished(outputs),
      })
    },
    async release() {
      serving.stop()
      const unsent = await log.close()
      await outputs.close()
      redis.disconnect()
      await models.close()
      if (unsent > 0) throw incomplete(unsent)
    },
  })
}

function vectorMetricsOf({ metrics, pipeline }: PipelineContext<ScorerConfig>): VectorMetrics {
  const views = routeOf(pipeline, pipeline.scored).map(({ name }) => name)
  return new VectorMetrics(metrics, pipeline.model.inputs, views)
}

/**
 * Requests are answered from Redis by the model: Kafka is for the stream, which waits for it, and the declaration may
 * have something that stands in for each of the two.
 */
function doWithout({ health, pipeline }: PipelineContext<ScorerConfig>): void {
  const { storeUnavailable = 'refuse', modelUnavailable = 'refuse' } = pipeline.model.fallback ?? {}
  health.doWithout('kafka', 'topics', 'registry', topics.SCORE_STAGE)
  if (storeUnavailable !== 'refuse') health.doWithout('redis')
  if (modelUnavailable === 'refuse') return
  // The rule decides from the first moment.
  health.ready('model', true)
  health.doWithout('model')
}

function incomplete(unsent: number): MillraceError {
  return new MillraceError(
    'STOP_INCOMPLETE',
    `Kafka did not take ${unsent} requested predictions: their callers were answered, the topic lacks them.`,
  )
}

/** Loads the versions that have roles, and tells of them in the log, in the metrics and in the readiness. */
async function openModels(
  { pipeline, config, logger, health }: PipelineContext<ScorerConfig>,
  statistics: WindowStatistics,
  inference: InferenceMetrics,
): Promise<PipelineModels> {
  const { MODEL_LATENCY_BUDGET_MS: latencyBudget } = config
  const models = await PipelineModels.open({
    pipeline,
    statistics,
    registry: openRegistry(config, modelFolder(config.PIPELINE, pipeline.model)),
    every: config.MODEL_REGISTRY_EVERY_MS,
    probation: config.MODEL_PROBATION_MS,
    runtime: {
      threads: config.MODEL_THREADS,
      runtimeThreads: config.MODEL_RUNTIME_THREADS,
      maxBatch: config.MODEL_MAX_BATCH,
      maxWait: config.MODEL_MAX_WAIT_MS,
      inlineBudget: config.MODEL_INLINE_MS,
      capacity: config.MODEL_QUEUE_ROWS,
      ...(latencyBudget !== undefined && { latencyBudget }),
      onBatch: inference.batchesOf(pipeline.model.name),
      onTrouble: error => logger.error({ err: error }, 'a thread of the model had to be replaced'),
    },
    explanations: { exactUpTo: config.EXPLAIN_EXACT_UP_TO, maxRows: config.EXPLAIN_MAX_ROWS },
    onEvent(host, event) {
      logger[event.kind === 'refused' || event.kind === 'rolled-back' ? 'error' : 'info'](
        event,
        'model version',
      )
      inference.changed(host, ROLES, event)
      reportModel(health, host)
    },
    onTrouble: error => logger.warn({ err: error }, 'the model registry, or a version in it, cannot be used'),
  })
  reportModel(health, models.host)
  return models
}

function reportModel(health: Health, host: PipelineModels['host']): void {
  health.ready('model', host.roleOf('champion') !== undefined, 'no version of the model is loaded')
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
    toValue: record => ({ record, scored: undefined }),
  })
}
