import type { Encoder, EncoderInputs } from './encoder.ts'
import type { EventType } from './event-type.ts'
import type { FeatureNames } from './feature-names.ts'
import type { FeatureView } from './feature-view.ts'
import type { Field, Fields, KeysOfKind } from './field.ts'
import type { OnDemandFeatures } from './on-demand.ts'

/** Features made of others by encoders. */
export interface Encoders<N extends string = string> {
  readonly source: EventType
  /** The file of what fitted encoders have learnt, relative to the pipeline file. */
  readonly artifact?: string
  readonly features: Readonly<Record<N, Encoder>>
}

type Parts = readonly (FeatureView | OnDemandFeatures)[]

/** What can be told of an input's kind when it is compiled: a text field is no number. */
type NumberFields<F extends Fields> = KeysOfKind<F, Exclude<Field['kind'], 'text'>>

interface EncodersOptions<F extends Fields, S extends Parts, N extends string> {
  /** The event type that is scored: its fields are inputs. */
  readonly source: EventType<F>
  /** Views and on-demand features whose features are inputs. */
  readonly from: S
  /** Where `millrace fit` writes, and services read, what fitted encoders have learnt; relative to the pipeline file. */
  readonly artifact?: string
  readonly features: Readonly<
    Record<
      N,
      | EncoderInputs<NoInfer<NumberFields<F> | FeatureNames<S> | N>, 'numbers'>
      | EncoderInputs<NoInfer<(keyof F & string) | FeatureNames<S> | N>, 'any'>
    >
  >
}

/**
 * Declares features made of the fields of the scored event, of other features, and of one another. A name that is both
 * a field's and a feature's is the feature's; an encoder that is named like its input reads the field.
 */
export function defineEncoders<
  F extends Fields,
  const S extends readonly (FeatureView | OnDemandFeatures)[],
  const N extends string,
>({ source, artifact, features }: EncodersOptions<F, S, N>): Encoders<N> {
  const encoders = features as Readonly<Record<N, Encoder>>
  return Object.freeze({ source, features: encoders, ...(artifact !== undefined && { artifact }) })
}
