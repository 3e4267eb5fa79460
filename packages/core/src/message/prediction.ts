import type { Id } from '../define/event-type.ts'
import type { Origin, Parent } from './lineage.ts'

/** Which model gave a score. */
export interface ModelIdentity {
  readonly name: string
  readonly version: string
  /** SHA-256 of the ONNX file, hexadecimal. */
  readonly digest: string
}

/** A decision on one event, with all that is needed to replay it. */
export interface Prediction {
  /** The event's id. */
  readonly id: Id
  readonly eventTime: number
  /** Entity of each view, by field name. */
  readonly entities: Readonly<Record<string, Id>>
  readonly score: number
  readonly decision: string
  /** Values of the model's inputs, by name, in its order; null where missing. */
  readonly features: Readonly<Record<string, number | null>>
  /** For each view, the event time of the newest entry seen (epoch ms), or null. */
  readonly featureTimes: Readonly<Record<string, number | null>>
  readonly truncated: boolean
  /** The version of the pipeline that decided. */
  readonly version: number
  readonly model: ModelIdentity
  readonly origin: Origin
  readonly parent: Parent
}
