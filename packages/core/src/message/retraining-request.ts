import type { ModelIdentity } from './prediction.ts'
import type { TimeWindow } from './statistics-record.ts'

/** A feature that drifted in the window in which an episode opened. */
export interface DriftedFeature {
  readonly feature: string
  readonly psi: number
}

/** Asks for a new version of a model; there is one request for each episode. */
export interface RetrainingRequest {
  /** The model that does not fit its traffic any more. */
  readonly model: ModelIdentity
  /** Names the episode, and with it the request: a repeat has the same. */
  readonly episode: string
  /** The features that drifted, the furthest first. */
  readonly reason: readonly DriftedFeature[]
  /** The window in which the episode opened. */
  readonly window: TimeWindow
  /** Event time of the data since the change (epoch ms): `from` inclusive, `to` exclusive. */
  readonly trainOn: { readonly from: number; readonly to: number }
}
