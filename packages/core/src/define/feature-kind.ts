import type { FeatureKind } from './feature-value.ts'
import type { Aggregation } from './feature-view.ts'

/** Whether the values of an aggregation are numbers or texts. */
export function featureKindOf(_aggregation: Aggregation): FeatureKind {
  return 'number'
}
