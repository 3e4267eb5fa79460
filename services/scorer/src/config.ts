import { registrySettings } from '@millrace/inference'
import { type loadConfig, sharedConfig, wholeNumber } from '@millrace/platform'

/** What the scorer reads from its environment. */
export const scorerConfig = sharedConfig.extend({
  ...registrySettings,
  /** Threads of each version of the model. */
  MODEL_THREADS: wholeNumber({ min: 1, max: 64 }).default(1),
  /** Threads that ONNX Runtime uses for one run. */
  MODEL_RUNTIME_THREADS: wholeNumber({ min: 1, max: 64 }).default(1),
  /** Rows that a model runs at once, at the most. */
  MODEL_MAX_BATCH: wholeNumber({ min: 1, max: 100_000 }).default(512),
  /** How long rows wait for more while the model is busy (ms). */
  MODEL_MAX_WAIT_MS: wholeNumber({ min: 0, max: 1_000 }).default(2),
  /** Up to which expected time rows are run beside their callers, in no thread (ms); 0 is never. */
  MODEL_INLINE_MS: wholeNumber({ min: 0, max: 10 }).default(2),
  /** Rows that may wait for a model. */
  MODEL_QUEUE_ROWS: wholeNumber({ min: 1, max: 1_000_000 }).default(4_096),
  /** How long a new version is watched before it is trusted (ms). */
  MODEL_PROBATION_MS: wholeNumber({ min: 0, max: 86_400_000 }).default(60_000),
  /** What an answer of the model may take; a new version that often takes longer is taken back (ms). */
  MODEL_LATENCY_BUDGET_MS: wholeNumber({ min: 1, max: 600_000 }).optional(),
  /** How long Redis may take to answer a request's features (ms). */
  FEATURE_DEADLINE_MS: wholeNumber({ min: 1, max: 60_000 }).default(250),
  /** Events that one request may have decided. */
  SCORE_MAX_EVENTS: wholeNumber({ min: 1, max: 100_000 }).default(1_000),
  /** Requested decisions that may wait for Kafka; beyond it they are lost, and counted. */
  PREDICTION_LOG_CAPACITY: wholeNumber({ min: 1, max: 10_000_000 }).default(10_000),
  /** The port of gRPC, at the address of the HTTP server; 0 takes any free one. */
  GRPC_PORT: wholeNumber({ min: 0, max: 65_535 }).default(0),
  /** Entities that one request may look up, over all its feature views. */
  LOOKUP_MAX_ENTITIES: wholeNumber({ min: 1, max: 100_000 }).default(5_000),
  /** Rows that one request may push; as many may wait for Kafka. */
  PUSH_MAX_ROWS: wholeNumber({ min: 1, max: 100_000 }).default(10_000),
  /** Up to how many features that differ from the background an explanation is exact. */
  EXPLAIN_EXACT_UP_TO: wholeNumber({ min: 0, max: 20 }).default(12),
  /** Rows that an explanation beyond that has the model score. */
  EXPLAIN_MAX_ROWS: wholeNumber({ min: 1, max: 10_000_000 }).default(4_096),
})

export type ScorerConfig = ReturnType<typeof loadConfig<typeof scorerConfig>>
