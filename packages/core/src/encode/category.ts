import type { FeatureValue } from '../define/feature-value.ts'

/** The text by which a value counts as a category, null where it is missing: `7` and `'7'` are the same. */
export function categoryOf(value: FeatureValue): string | null {
  if (typeof value !== 'number') return value
  return Number.isNaN(value) ? null : String(value)
}

/** Whether a value is null or NaN. */
export function isMissingValue(value: FeatureValue): boolean {
  return value === null || Number.isNaN(value)
}
