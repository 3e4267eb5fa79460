export { type CleanEvent, type Cleaning, compileCleaning } from './clean/clean-event.ts'
export { REASON_CODES, type ReasonCode, type Rejection } from './clean/rejection.ts'
export { ByteReader } from './codec/byte-reader.ts'
export { ByteWriter } from './codec/byte-writer.ts'
export {
  defineEvent,
  type EventOf,
  type EventType,
  type EventTypeOptions,
  type EventValues,
  type Id,
  idText,
  type LatePolicy,
} from './define/event-type.ts'
export {
  type Aggregation,
  type AggregationKind,
  count,
  defineFeatureView,
  type FeatureView,
  mean,
  ratio,
  type SlidingWindow,
  sum,
} from './define/feature-view.ts'
export {
  double,
  type Field,
  type Fields,
  flag,
  integer,
  money,
  text,
  timestamp,
  type ValueOf,
} from './define/field.ts'
export { type DecisionRule, decide, defineModel, type Model } from './define/model.ts'
export { defineMonitor, type Monitor } from './define/monitor.ts'
export {
  defineOnDemand,
  type FeatureValues,
  hourOfDay,
  isWeekend,
  type OnDemandFeature,
  type OnDemandFeatures,
} from './define/on-demand.ts'
export { definePipeline, type Pipeline, routeOf } from './define/pipeline.ts'
export type { PipelineOptions } from './define/pipeline-options.ts'
export { advanceMonitor, type MonitorAdvance, type MonitorPlan } from './drift/advance-monitor.ts'
export {
  type DriftState,
  decodeDriftState,
  emptyDriftState,
  encodeDriftState,
  type ModelTrack,
  type OpenWindow,
} from './drift/drift-state.ts'
export { type FeatureReference, type ModelReference, parseReference } from './drift/model-reference.ts'
export type { FillingWindow, StatisticsState } from './drift/statistics-state.ts'
export { WindowStatistics, type WindowStatisticsOptions } from './drift/window-statistics.ts'
export { ERROR_CODES, type ErrorCode, type Fate, fateOf, MillraceError } from './errors.ts'
export type { DriftLevel, DriftStatus, DriftVerdict, FeatureVerdict } from './message/drift-verdict.ts'
export type { EventRecord, VectorRecord } from './message/event-record.ts'
export type { Origin, Parent } from './message/lineage.ts'
export type { ModelIdentity, Prediction } from './message/prediction.ts'
export type { DriftedFeature, RetrainingRequest } from './message/retraining-request.ts'
export {
  type FeatureCounts,
  SCORE_FEATURE,
  type StatisticsRecord,
  type TimeWindow,
  type WindowCounts,
} from './message/statistics-record.ts'
export {
  type PartitionCounts,
  type PlannedTopic,
  type TopicFormat,
  type TopicRole,
  topicPlan,
} from './message/topic-plan.ts'
export * as topics from './message/topics.ts'
export { END_OF_INPUT, parseWatermark, WATERMARK_HEADER } from './message/watermark-record.ts'
export { hashText, murmur2, partitionOf } from './partition/murmur2.ts'
export { type AvroSchema, eventRecordSchema, rawEventSchema, vectorRecordSchema } from './schema/avro.ts'
export type { JsonSchema } from './schema/json-schema.ts'
export {
  type Checkpoint,
  decodeCheckpoint,
  emptyCheckpoint,
  encodeCheckpoint,
  type LogIdentity,
  type LogMark,
} from './stage/checkpoint.ts'
export { InputMerge } from './stage/input-merge.ts'
export { epochOf, MOST_EPOCHS, offsetOf, positionOf } from './stage/log-position.ts'
export { parentOf, type Stage, type StageOutput, type StateCodec, type StepContext } from './stage/stage.ts'
export type { StageOrder, StageRecord, TakenRecord } from './stage/stage-record.ts'
export {
  NO_WRITE,
  type StageWrite,
  type StateStore,
  type StoredCheckpoint,
  type WritePair,
} from './stage/state-store.ts'
export { BinnedCounts, binOf } from './statistics/binned-counts.ts'
export { type PsiNoise, psi, psiAllowance, psiNoise } from './statistics/psi.ts'
export {
  type Clock,
  type ClockDeclaration,
  createClock,
  formatClock,
  parseClock,
  speedOf,
  WALL_CLOCK,
} from './time/clock.ts'
export { days, hours, minutes, seconds } from './time/duration.ts'
export { type AssembleVector, compileVector } from './view/vector.ts'
export { ViewEngine } from './view/view-engine.ts'
export type { Evaluation, ViewState } from './view/view-state.ts'
