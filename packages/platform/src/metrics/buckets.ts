/** Latencies of a budget of 10 to 50 ms (s). */
export const LATENCY_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
] as const

/** Answers of any kind: fewer bounds, since there are many routes (s). */
export const HTTP_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1] as const

/** What a model takes for a batch, and how long rows wait for it (s). */
export const MODEL_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
] as const

/** From an event to its being handled: the latency of a live stream, and how far behind a stage is that catches up (s). */
export const DELAY_SECONDS = [
  0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200,
  86_400,
] as const

/** A new share-out of partitions in a consumer group (s). */
export const REBALANCE_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60] as const

/** Ages of features: a minute to a month (s). */
export const AGE_SECONDS = [
  1, 10, 60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000,
] as const

/** Rows that are run together. */
export const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] as const

/** Scores from 0 to 1, in 20 parts. */
export const SCORES: readonly number[] = Array.from({ length: 20 }, (_, i) => (i + 1) / 20)

/** Differences of two scores. */
export const SCORE_DIFFERENCES = [0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1] as const
