import type { TimeWindow } from '../message/statistics-record.ts'

/** The version of the layout of an artifact. */
export const ARTIFACT_VERSION = 1

/** Counts and sums of outcomes, one of each for every fold. */
export interface FoldSums {
  readonly counts: readonly number[]
  readonly sums: readonly number[]
}

/** What one encoder has learnt from the training window. */
export type FittedEncoder =
  | { readonly kind: 'ordinal'; readonly categories: readonly string[] }
  | { readonly kind: 'frequency'; readonly shares: readonly (readonly [category: string, share: number])[] }
  | {
      readonly kind: 'target'
      readonly all: FoldSums
      readonly categories: readonly (readonly [category: string, sums: FoldSums])[]
    }
  | { readonly kind: 'binning'; readonly edges: readonly number[] }
  | { readonly kind: 'power'; readonly lambda: number }
  | { readonly kind: 'min-max-scaling'; readonly min: number; readonly max: number }
  | { readonly kind: 'standard-scaling'; readonly mean: number; readonly deviation: number }
  | { readonly kind: 'robust-scaling'; readonly center: number; readonly spread: number }
  | { readonly kind: 'imputation'; readonly value: number | string }

/** What the fitted encoders of a pipeline have learnt, without the digest of the content. */
export interface ArtifactContent {
  readonly codecVersion: number
  /** The pipeline's name. */
  readonly pipeline: string
  /** SHA-256 of the `encodingDefinition` that it was fitted under, hexadecimal. */
  readonly definition: string
  /** Event time of the events that it was fitted on; the start belongs to it, the end does not. */
  readonly window: TimeWindow
  /** How many events these were. */
  readonly rows: number
  /** By feature name. */
  readonly encoders: Readonly<Record<string, FittedEncoder>>
}

/** An artifact as it stands in its file. */
export interface EncoderArtifact extends ArtifactContent {
  /** SHA-256 of the content as compact JSON, hexadecimal; a model's manifest names it. */
  readonly digest: string
}
