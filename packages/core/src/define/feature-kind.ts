import type { Aggregation } from './aggregation.ts'
import type { FeatureKind } from './feature-value.ts'

/** Whether the values of an aggregation are numbers or texts. */
export function featureKindOf({ kind, source, field }: Aggregation): FeatureKind {
  const keepsValue = kind === 'first' || kind === 'lag' || kind === 'most-frequent'
  return keepsValue && source.fields[field!]?.kind === 'text' ? 'text' : 'number'
}
