import type { EventValues } from '../define/event-type.ts'
import type { FeatureValue } from '../define/feature-value.ts'
import type { Origin, Parent } from './lineage.ts'

/** One event on its way from the ingestor through the builder stages. */
export interface EventRecord {
  readonly parent: Parent
  readonly origin: Origin
  readonly event: EventValues
  /** How long after its time the event took its turn in the stage that made this (whole ms). */
  readonly lateByMs: number
  /** Names of the fields that cleaning changed. */
  readonly corrected: readonly string[]
  /** Values of the features of the views visited so far, in the order of the pipeline. */
  readonly features: readonly FeatureValue[]
  /** For each view visited, the event time of the newest entry its features saw (epoch ms), or null. */
  readonly featureTimes: readonly (number | null)[]
  /** Some window reached beyond the kept history. */
  readonly truncated: boolean
  /** This version of the pipeline decides on the event; another one does otherwise. */
  readonly serving: boolean
}

/** The complete input of the model for one event. */
export interface VectorRecord {
  readonly parent: Parent
  readonly origin: Origin
  readonly event: EventValues
  /** As in the `EventRecord`. */
  readonly lateByMs: number
  /** Values in the order of the model's inputs, NaN where missing. */
  readonly vector: readonly number[]
  readonly featureTimes: readonly (number | null)[]
  readonly truncated: boolean
  readonly serving: boolean
}
