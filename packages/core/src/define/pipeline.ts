import type { EncoderArtifact } from '../encode/artifact.ts'
import type { EventType } from './event-type.ts'
import type { FeatureView } from './feature-view.ts'
import type { PipelineOptions } from './pipeline-options.ts'
import { isPushedView } from './pushed-view.ts'
import { validatePipeline } from './validate.ts'

/** A whole use case: everything else (topics, schemas, keys, tensors, bins) is derived from it. */
export interface Pipeline
  extends Required<Omit<PipelineOptions, 'outcome' | 'encoders'>>,
    Pick<PipelineOptions, 'outcome' | 'encoders'> {
  /** Prefix of stage topics and states. */
  readonly namespace: string
  /** The event type that is scored. */
  readonly scored: EventType
  /** What fitted encoders have learnt; there once it was loaded. */
  readonly fitted?: EncoderArtifact
}

/**
 * Declares a pipeline; the rows of its pushed views are event types of it. Throws DECLARATION_INVALID with every fault,
 * its place and its mend.
 */
export function definePipeline(given: PipelineOptions): Pipeline {
  const rows = given.views.filter(isPushedView).map(view => view.rows)
  const options = { ...given, events: [...given.events, ...rows] }
  validatePipeline(options)
  const version = options.version ?? 1
  return Object.freeze({
    ...options,
    version,
    predictionsTopic: options.predictionsTopic ?? `${options.name}.predictions`,
    namespace: `${options.name}.v${version}`,
    scored: options.onDemand.source,
  })
}

/** The views that forget an entity when a tombstone comes with its key: those that the event visits and that it keys. */
export function forgettingViews(pipeline: Pick<Pipeline, 'views'>, event: EventType): readonly FeatureView[] {
  return routeOf(pipeline, event).filter(view => view.entity === event.key)
}

/** The views that an event visits, in order. */
export function routeOf(pipeline: Pick<Pipeline, 'views'>, event: EventType): readonly FeatureView[] {
  return pipeline.views.filter(view => view.sources.includes(event))
}
