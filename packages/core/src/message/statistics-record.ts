import type { Parent } from './lineage.ts'
import type { ModelIdentity } from './prediction.ts'

/** The name under which the score stands among the features. */
export const SCORE_FEATURE = 'score'

/** A stretch of event time (epoch ms); its start belongs to it, its end does not. */
export interface TimeWindow {
  readonly start: number
  readonly end: number
}

/** How many values fell into each bin of the model's reference, and how many were null or NaN. */
export interface FeatureCounts {
  readonly missing: number
  readonly counts: readonly number[]
}

/** What one model saw and gave in one window. */
export interface WindowCounts {
  readonly model: ModelIdentity
  readonly window: TimeWindow
  /** Event time of the earliest event (epoch ms). */
  readonly firstEventTime: number
  readonly events: number
  /** Events that came after their own window was closed; they are in no count. */
  readonly late: number
  /** Every input of the model, and `score`. */
  readonly features: Readonly<Record<string, FeatureCounts>>
}

/** The counts that one partition of the score stage publishes of one window. */
export interface StatisticsRecord extends WindowCounts {
  readonly parent: Parent
  /** The partition of the score stage. */
  readonly partition: number
  /** How long after the end of the window the vector that closed it took its turn (whole ms). */
  readonly lateByMs: number
}
