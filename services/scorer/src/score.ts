import {
  days,
  decide,
  type Id,
  idText,
  latenessOf,
  type Pipeline,
  type Prediction,
  parentOf,
  routeOf,
  type Stage,
  type StatisticsRecord,
  type StatisticsState,
  type TakenRecord,
  topics,
  type VectorRecord,
  type WindowStatistics,
} from '@millrace/core'
import { compileFill, type FilledVector } from './decide/fill-missing.ts'
import { compileNamed, entitiesOf } from './decide/named.ts'
import { scoreVectors, type VectorScore } from './decide/score-vectors.ts'
import type { ModelRoles } from './models/pipeline-models.ts'
import type { VectorMetrics } from './vector-metrics.ts'

/** A vector, and its score once the model has given it. */
export interface ScoreInput {
  readonly record: VectorRecord
  scored: (VectorScore & Pick<FilledVector, 'fallback'>) | undefined
}

/** The open windows of one partition. */
const STATE_KEY = 'statistics'

export interface ScoreStageOptions {
  readonly pipeline: Pipeline
  readonly models: ModelRoles
  readonly statistics: WindowStatistics
  readonly metrics: Pick<VectorMetrics, 'vectors'>
}

/**
 * The scorer's stage: vectors are scored as one batch, each becomes a prediction in the order it came, and vectors and
 * scores are counted for the drift monitor, whose share of a window is published when the window closes. A vector on
 * whose event another version of the pipeline decides is passed over.
 */
export function createScoreStage({
  pipeline,
  models,
  statistics,
  metrics,
}: ScoreStageOptions): Stage<ScoreInput, StatisticsState> {
  const predictionOf = compilePrediction(pipeline)
  const scoreAll = compileScoreAll(pipeline, models, metrics)
  return {
    name: topics.SCORE_STAGE,
    codec: { encode: state => statistics.encode(state), decode: bytes => statistics.decode(bytes) },
    stateTtl: days(365),
    keyOf: () => STATE_KEY,
    prepare: scoreAll,
    step(known, taken, context) {
      const { record, scored } = taken.value
      if (!record.serving) return void context.tell('dropped')
      const parent = parentOf(context.partition, taken)
      const prediction = predictionOf(record, scored!, parent)
      context.emit({
        topic: topics.predictionsTopic(pipeline),
        key: idText(record.event, pipeline.scored.key),
        value: prediction,
      })
      const state = known ?? statistics.init()
      const { by, score } = scored!
      if (by.counted !== undefined) statistics.add(state, by.counted, taken.eventTime, record.vector, score)
      const closed = statistics.takeClosed(state)
      if (closed !== undefined) {
        const lateByMs = latenessOf(taken, closed.window.end)
        const value: StatisticsRecord = { parent, partition: context.partition, lateByMs, ...closed }
        context.emit({ topic: topics.statisticsTopic(pipeline), value })
      }
      return state
    },
  }
}

function compileScoreAll(
  { model, scored }: Pipeline,
  models: ModelRoles,
  metrics: ScoreStageOptions['metrics'],
): (records: readonly TakenRecord<ScoreInput>[]) => Promise<void> {
  const fill = compileFill(model)
  return async records => {
    const served = records.filter(({ value }) => value.record.serving)
    if (served.length === 0) return
    metrics.vectors(served.map(({ value }) => value.record.vector))
    const filled = served.map(({ value }) => fill(value.record.vector))
    const keyed = served.map(({ value: { record } }, row) => ({
      key: idText(record.event, scored.key),
      vector: filled[row]!.vector,
    }))
    const scores = await scoreVectors(keyed, models, model)
    for (const [row, { value }] of served.entries()) {
      const { fallback } = filled[row]!
      value.scored = fallback === undefined ? scores[row]! : { ...scores[row]!, fallback }
    }
  }
}

type PredictionOf = (
  record: VectorRecord,
  scored: NonNullable<ScoreInput['scored']>,
  parent: Prediction['parent'],
) => Prediction

function compilePrediction(pipeline: Pipeline): PredictionOf {
  const { model, scored, version } = pipeline
  const views = routeOf(pipeline, scored)
  const featuresOf = compileNamed<number>(model.inputs)
  const featureTimesOf = compileNamed<number | null>(views.map(view => view.name))
  return ({ event, vector, featureTimes, truncated, origin }, { score, by, shadow, fallback }, parent) => {
    const prediction: Prediction = {
      via: 'stream',
      id: event[scored.id] as Id,
      eventTime: event[scored.eventTime] as number,
      entities: entitiesOf(views, event),
      score,
      decision: decide(model, score),
      features: featuresOf(vector),
      featureTimes: featureTimesOf(featureTimes),
      truncated,
      version,
      model: by.identity,
      // As it was read it has a class of Avro's, which would take JSON.stringify off its fast way, with the whole prediction.
      origin: { partition: origin.partition, offset: origin.offset },
      parent,
    }
    if (fallback === undefined && shadow === undefined) return prediction
    return { ...prediction, ...(fallback && { fallback }), ...(shadow && { shadow }) }
  }
}
