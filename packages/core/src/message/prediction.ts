import type { Id } from '../define/event-type.ts'
import type { FallbackMark } from '../define/fallback.ts'
import type { Origin, Parent } from './lineage.ts'

/** Which model gave a score. */
export interface ModelIdentity {
  readonly name: string
  readonly version: string
  /** SHA-256 of the ONNX file, hexadecimal. */
  readonly digest: string
}

/** What another version gives for the same vector, beside the one that decided. */
export interface ShadowScore {
  readonly model: ModelIdentity
  readonly score: number
  readonly decision: string
}

/** A decision on one event, with what it was made from. */
export interface Decision {
  /** The event's id. */
  readonly id: Id
  readonly eventTime: number
  /** Entity of each view, by field name. */
  readonly entities: Readonly<Record<string, Id>>
  readonly decision: string
  /** Values of the model's inputs, by name, in its order; null where missing. */
  readonly features: Readonly<Record<string, number | null>>
  /** For each view, the event time of the newest entry seen (epoch ms), or null. */
  readonly featureTimes: Readonly<Record<string, number | null>>
  readonly truncated: boolean
  /** The version of the pipeline that decided. */
  readonly version: number
  /** There where the decision was made in another way than it should be. */
  readonly fallback?: FallbackMark
  /** There where a version has the role `shadow`. */
  readonly shadow?: ShadowScore
}

/** A decision on an event of the stream, with all that is needed to replay it. */
export interface Prediction extends Decision {
  readonly via: 'stream'
  readonly score: number
  readonly model: ModelIdentity
  readonly origin: Origin
  readonly parent: Parent
}

/** A decision that was asked for over HTTP. The same event may come through the stream as well. */
export interface RequestedPrediction extends Decision {
  readonly via: 'request'
  /** Null where a rule has decided without a model. */
  readonly score: number | null
  readonly model: ModelIdentity | null
  /** When it was decided (epoch ms). */
  readonly decidedAt: number
}
