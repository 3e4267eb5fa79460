import {
  advanceMonitor,
  type DriftState,
  days,
  decodeDriftState,
  emptyDriftState,
  encodeDriftState,
  type ModelIdentity,
  type ModelReference,
  type Pipeline,
  parentOf,
  type Stage,
  type StatisticsRecord,
  topics,
} from '@millrace/core'
import { retrainingEvent } from './retraining-event.ts'

/** One state for all windows: a verdict needs every partition's part. */
const STATE_KEY = 'windows'
/** A verdict is about hours: nobody misses a second, and what windows report is gathered in it. */
const LINGER_MS = 1_000

export interface DriftStageOptions {
  readonly pipeline: Pipeline
  /** Partitions of the score stage, all of which report each window. */
  readonly scorePartitions: number
  /** The reference of a model's version; throws MODEL_UNAVAILABLE where it cannot be had yet. */
  readonly referenceOf: (model: ModelIdentity) => ModelReference
}

/**
 * The drift monitor's stage, which has one partition: it merges what the partitions of the score stage report of a
 * window, publishes a verdict on each, and a retraining request when an episode opens. Records that were repeated
 * upstream are removed before they come here.
 */
export function createDriftStage(options: DriftStageOptions): Stage<StatisticsRecord, DriftState> {
  const { pipeline, scorePartitions, referenceOf } = options
  const plan = { monitor: pipeline.monitor, referenceOf }
  return {
    name: topics.DRIFT_STAGE,
    codec: { encode: encodeDriftState, decode: decodeDriftState },
    stateTtl: days(365),
    pace: { linger: LINGER_MS },
    keyOf: () => STATE_KEY,
    step(state, record, context) {
      const before = state ?? emptyDriftState(scorePartitions)
      const { state: after, verdict, request } = advanceMonitor(before, record.value, plan)
      if (verdict !== undefined) {
        const value = { version: pipeline.version, parent: parentOf(context.partition, record), ...verdict }
        context.emit({ topic: topics.driftTopic(pipeline), key: verdict.model.name, value })
      }
      if (request !== undefined)
        context.emit({ topic: topics.retrainingTopic(pipeline), ...retrainingEvent(pipeline, request) })
      return after
    },
  }
}
