import type { Parent } from './lineage.ts'
import type { ModelIdentity } from './prediction.ts'
import type { TimeWindow } from './statistics-record.ts'

/** How far a distribution is from its reference. */
export type DriftLevel = 'stable' | 'warning' | 'drift'

/** Why a window was judged or not. */
export type DriftStatus = 'judged' | 'warming-up' | 'too-few-events'

export interface FeatureVerdict {
  /** Null where it is undefined: every value of the window, or of the reference, is missing. */
  readonly psi: number | null
  readonly level: DriftLevel | null
  /** Values that were null or NaN. They are a matter of data quality and no part of the level. */
  readonly missing: number
  /** What noise may add to the PSI: the declared thresholds are raised by it. */
  readonly allowance: number | null
}

/** What the drift monitor found in one window of one model. */
export interface DriftVerdict {
  /** The version of the pipeline whose predictions were judged. */
  readonly version: number
  readonly parent: Parent
  readonly window: TimeWindow
  readonly model: ModelIdentity
  readonly events: number
  /** Events that came too late for their window, told by the next verdict of any window. */
  readonly late: number
  readonly status: DriftStatus
  /** The worst level of all features and the score; null when there is none. */
  readonly level: DriftLevel | null
  /** Every input of the model, and `score`; empty when the window was not judged. */
  readonly features: Readonly<Record<string, FeatureVerdict>>
  /** The episode that is open after this window, or null. */
  readonly episode: string | null
}
