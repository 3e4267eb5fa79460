import {
  days,
  decide,
  type EventValues,
  type FeatureView,
  type Id,
  idText,
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
import type { Scoring } from '@millrace/inference'

/** A vector, and its score once the model has given it. */
export interface ScoreInput {
  readonly record: VectorRecord
  score?: number
}

/** The open windows of one partition. */
const STATE_KEY = 'statistics'

export interface ScoreStageOptions {
  readonly pipeline: Pipeline
  readonly scoring: Pick<Scoring, 'identity' | 'score'>
  readonly statistics: WindowStatistics
}

/**
 * The scorer's stage: vectors are scored as one batch, each becomes a prediction in the order it came, and vectors and
 * scores are counted for the drift monitor, whose share of a window is published when the window closes. A vector on
 * whose event another version of the pipeline decides is passed over.
 */
export function createScoreStage({
  pipeline,
  scoring,
  statistics,
}: ScoreStageOptions): Stage<ScoreInput, StatisticsState> {
  const predictionOf = compilePrediction(pipeline, scoring)
  return {
    name: topics.SCORE_STAGE,
    codec: { encode: state => statistics.encode(state), decode: bytes => statistics.decode(bytes) },
    stateTtl: days(365),
    keyOf: () => STATE_KEY,
    prepare: records => scoreAll(scoring, records),
    step(known, taken, context) {
      const { record, score } = taken.value
      if (!record.serving) return undefined
      const parent = parentOf(context.partition, taken)
      const prediction = predictionOf(record, score!, parent)
      context.emit({
        topic: topics.predictionsTopic(pipeline),
        key: idText(record.event, pipeline.scored.key),
        value: prediction,
      })
      const state = known ?? statistics.init()
      statistics.add(state, taken.eventTime, record.vector, score!)
      const closed = statistics.takeClosed(state)
      if (closed !== undefined) {
        const value: StatisticsRecord = { parent, partition: context.partition, ...closed }
        context.emit({ topic: topics.statisticsTopic(pipeline), value })
      }
      return state
    },
  }
}

async function scoreAll(
  scoring: Pick<Scoring, 'score'>,
  records: readonly TakenRecord<ScoreInput>[],
): Promise<void> {
  const served = records.filter(({ value }) => value.record.serving)
  if (served.length === 0) return
  const scores = await scoring.score(served.map(({ value }) => value.record.vector))
  served.forEach(({ value }, row) => {
    value.score = scores[row]!
  })
}

type PredictionOf = (record: VectorRecord, score: number, parent: Prediction['parent']) => Prediction

function compilePrediction(pipeline: Pipeline, scoring: Pick<Scoring, 'identity'>): PredictionOf {
  const { model, scored, version } = pipeline
  const views = routeOf(pipeline, scored)
  const viewNames = views.map(view => view.name)
  return ({ event, vector, featureTimes, truncated, origin }, score, parent) => ({
    id: event[scored.id] as Id,
    eventTime: event[scored.eventTime] as number,
    entities: entitiesOf(views, event),
    score,
    decision: decide(model, score),
    features: named(model.inputs, vector),
    featureTimes: named(viewNames, featureTimes),
    truncated,
    version,
    model: scoring.identity,
    origin,
    parent,
  })
}

function entitiesOf(views: readonly FeatureView[], event: EventValues): Record<string, Id> {
  const entities: Record<string, Id> = {}
  for (const { entity } of views) entities[entity] = event[entity] as Id
  return entities
}

/** Values by the names at their places. Built in place: lists of pairs would be most of what a prediction leaves behind. */
function named<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  const record: Record<string, T> = {}
  for (let i = 0; i < names.length; i++) record[names[i]!] = values[i]!
  return record
}
