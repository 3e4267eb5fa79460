import type { Aggregation, AggregationKind, FeatureValue } from '@millrace/core'

/** Aggregations whose values are whole numbers whatever they are computed from. */
const WHOLE: ReadonlySet<AggregationKind> = new Set(['count', 'distinct-count', 'time-since'])

/** Aggregations whose values are whole numbers where those of their field are. */
const AS_WHOLE_AS_FIELD: ReadonlySet<AggregationKind> = new Set([
  'sum',
  'min',
  'max',
  'first',
  'lag',
  'most-frequent',
])

/** Whether the values of a feature are integers to Feast. */
export function isWhole({ kind, source, field = '' }: Aggregation): boolean {
  const fieldKind = source.fields[field]?.kind ?? 'double'
  return (
    WHOLE.has(kind) || (AS_WHOLE_AS_FIELD.has(kind) && ['integer', 'flag', 'timestamp'].includes(fieldKind))
  )
}

/** An integer, or a double where it is none after all. */
export function writeWhole(value: FeatureValue): string {
  return Number.isInteger(value) ? String(value) : writeDouble(value)
}

/** A double with a decimal point, a text, or null for what is missing. */
export function writeDouble(value: FeatureValue): string {
  if (typeof value !== 'number') return JSON.stringify(value)
  if (!Number.isFinite(value)) return 'null'
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value)
}
