export { type CleanEvent, type Cleaning, compileCleaning } from './clean/clean-event.ts'
export { type CleanedField, cleanField } from './clean/clean-field.ts'
export { cleanId } from './clean/clean-id.ts'
export { REASON_CODES, type ReasonCode, type Rejection } from './clean/rejection.ts'
export { ByteReader } from './codec/byte-reader.ts'
export { ByteWriter } from './codec/byte-writer.ts'
export {
  type Aggregation,
  type AggregationKind,
  count,
  decayedMean,
  distinctCount,
  first,
  lag,
  last,
  lastN,
  max,
  mean,
  min,
  mostFrequent,
  quantile,
  ratio,
  slope,
  standardDeviation,
  sum,
  timeSinceLast,
  variance,
} from './define/aggregation.ts'
export type { Encoder, EncoderKind, Encoding, ImputedStatistic } from './define/encoder.ts'
export {
  type Category,
  frequency,
  hashing,
  type OneHotOutcome,
  oneHot,
  ordinal,
  target,
} from './define/encoder-categories.ts'
export { firstKnown, impute, isMissing } from './define/encoder-missing.ts'
export {
  bins,
  interactions,
  log,
  log1p,
  minMaxScale,
  polynomial,
  power,
  product,
  quantileBins,
  robustScale,
  sqrt,
  standardScale,
  uniformBins,
} from './define/encoder-numbers.ts'
export { cyclical, timeOfDay, timeOfWeek } from './define/encoder-time.ts'
export { defineEncoders, type Encoders } from './define/encoders.ts'
export {
  defineEvent,
  type EventOf,
  type EventType,
  type EventTypeOptions,
  type EventValue,
  type EventValues,
  type Id,
  idText,
  LATE_POLICIES,
  type LatePolicy,
  type TombstonePolicy,
} from './define/event-type.ts'
export type { Fallback, FallbackAction, FallbackMark, FallbackReason } from './define/fallback.ts'
export { featureKindOf } from './define/feature-kind.ts'
export type { FeatureKind, FeatureValue } from './define/feature-value.ts'
export { defineFeatureView, type FeatureView } from './define/feature-view.ts'
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
export { type DecisionRule, decide, defineModel, type Model, type ReasonText } from './define/model.ts'
export { defineMonitor, type Monitor } from './define/monitor.ts'
export {
  defineOnDemand,
  type FeatureTexts,
  type FeatureValues,
  hourOfDay,
  isWeekend,
  type OnDemandFeature,
  type OnDemandFeatures,
} from './define/on-demand.ts'
export { definePipeline, forgettingViews, type Pipeline, routeOf } from './define/pipeline.ts'
export type { PipelineOptions } from './define/pipeline-options.ts'
export {
  definePushedView,
  isPushedView,
  type PushedView,
  type PushedViewOptions,
  ROW_ID,
} from './define/pushed-view.ts'
export {
  type DeclaredWindow,
  type HoppingWindow,
  hopping,
  type Precision,
  reachOf,
  type SessionWindow,
  type SlidingWindow,
  session,
  tumbling,
  type Window,
} from './define/window.ts'
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
export {
  type CountedModel,
  WindowStatistics,
  type WindowStatisticsOptions,
} from './drift/window-statistics.ts'
export {
  ARTIFACT_VERSION,
  type ArtifactContent,
  type EncoderArtifact,
  type FittedEncoder,
} from './encode/artifact.ts'
export { encodingDefinition, fittedEncoders } from './encode/definition.ts'
export { kindOfInput, originOfInput } from './encode/feature-origin.ts'
export { planFeatures } from './encode/feature-plan.ts'
export {
  compileTrainingRow,
  fitEncoders,
  type ToTrainingRow,
  type TrainingRow,
} from './encode/fit-encoders.ts'
export { ERROR_CODES, type ErrorCode, type Fate, fateOf, MillraceError } from './errors.ts'
export { type ExplainedFeature, explainedFeatures } from './explain/explained-features.ts'
export { type ModelBackground, parseBackground } from './explain/model-background.ts'
export {
  type Background,
  type ExplanationOptions,
  type ExplanationPlan,
  planExplanation,
  type ShapleyValues,
} from './explain/plan-explanation.ts'
export { compileReasons, type Reason, type ReasonsOf } from './explain/reason.ts'
export type { AuditRecord, HashedEntity } from './message/audit-record.ts'
export type { DriftLevel, DriftStatus, DriftVerdict, FeatureVerdict } from './message/drift-verdict.ts'
export {
  BY_COMMAND,
  ERASE_HEADER,
  type EraseRecord,
  eraseMessage,
  justBehind,
  parseErase,
} from './message/erase-record.ts'
export type { EventRecord, VectorRecord } from './message/event-record.ts'
export type { Origin, Parent } from './message/lineage.ts'
export type {
  Decision,
  ModelIdentity,
  Prediction,
  RequestedPrediction,
  ShadowScore,
} from './message/prediction.ts'
export type { DriftedFeature, RetrainingRequest } from './message/retraining-request.ts'
export {
  type FeatureCounts,
  SCORE_FEATURE,
  type StatisticsRecord,
  type TimeWindow,
  type WindowCounts,
} from './message/statistics-record.ts'
export { parseSwitch, SWITCH_HEADER } from './message/switch-record.ts'
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
export { Queue } from './queue.ts'
export { type Canary, compileRoute } from './routing/canary.ts'
export {
  CANARY,
  CHALLENGER,
  CHAMPION,
  DEGRADED,
  ROLES,
  type Role,
  SERVED_ROLES,
  SHADOW,
} from './routing/roles.ts'
export { type AvroSchema, eventRecordSchema, rawEventSchema, vectorRecordSchema } from './schema/avro.ts'
export type { JsonSchema } from './schema/json-schema.ts'
export { Slots, type Slotted } from './slots.ts'
export {
  type Checkpoint,
  decodeCheckpoint,
  emptyCheckpoint,
  encodeCheckpoint,
  type LogIdentity,
  type LogMark,
  pairKey,
} from './stage/checkpoint.ts'
export { InputMerge } from './stage/input-merge.ts'
export { epochOf, MOST_EPOCHS, offsetOf, positionOf } from './stage/log-position.ts'
export {
  latenessOf,
  parentOf,
  RECORD_OUTCOMES,
  type RecordOutcome,
  type Stage,
  type StageOutput,
  type StagePace,
  type StateCodec,
  type StepContext,
  turnOf,
} from './stage/stage.ts'
export type { StageOrder, StageRecord, TakenRecord } from './stage/stage-record.ts'
export {
  NO_WRITE,
  type StageWrite,
  type StatePut,
  type StatePutAnswer,
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
export { type Explanation, explainFeature } from './view/explain-feature.ts'
export { type AssembleVector, compileVector } from './view/vector.ts'
export { viewDefinition } from './view/view-definition.ts'
export { ViewEngine } from './view/view-engine.ts'
export type { Evaluation, ViewState } from './view/view-state.ts'
