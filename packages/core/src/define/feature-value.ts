/** What a feature amounts to: a number (NaN when it is missing), or a text (null when it is missing). */
export type FeatureValue = number | string | null

/** How the values of a feature are written. */
export type FeatureKind = 'number' | 'text'
