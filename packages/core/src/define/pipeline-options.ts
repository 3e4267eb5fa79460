import type { Encoders } from './encoders.ts'
import type { EventType } from './event-type.ts'
import type { FeatureView } from './feature-view.ts'
import type { Model } from './model.ts'
import type { Monitor } from './monitor.ts'
import type { OnDemandFeatures } from './on-demand.ts'

/** A use case as it is declared. */
export interface PipelineOptions {
  readonly name: string
  /** A changed definition is a new version: it has stage topics and states of its own. Default 1. */
  readonly version?: number
  readonly events: readonly EventType[]
  /** In the order in which an event visits them. */
  readonly views: readonly FeatureView[]
  readonly onDemand: OnDemandFeatures
  /** Features made of others. */
  readonly encoders?: Encoders
  readonly model: Model
  readonly monitor: Monitor
  /** Where predictions go. Default `<name>.predictions`. */
  readonly predictionsTopic?: string
  /** The event type that tells, later, what the truth was, and its flag. */
  readonly outcome?: { readonly source: EventType; readonly field: string }
}
