/** A part of a pipeline that declares features: a view, on-demand features, or encoders. */
export interface FeaturePart {
  readonly features: Readonly<Record<string, unknown>>
}

/** The names of the features that the parts declare. */
export type FeatureNames<S extends readonly FeaturePart[]> = keyof UnionOf<S[number]['features']> & string

type UnionOf<R> = { readonly [N in R extends unknown ? keyof R : never]: never }
