import { type loadConfig, sharedConfig, wholeNumber } from '@millrace/platform'

/** What the scorer reads from its environment. */
export const scorerConfig = sharedConfig.extend({
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
