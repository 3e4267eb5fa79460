/** What a column holds. `timestamp` is epoch milliseconds, `integer` a whole number that a double holds exactly. */
export type ColumnKind = 'double' | 'integer' | 'timestamp' | 'text' | 'flag'

export interface Column {
  readonly name: string
  readonly kind: ColumnKind
  /** Whether values may be missing. Default false. */
  readonly optional?: boolean
}

/**
 * The values of a column, one a row. Numbers and times are doubles, a missing one is NaN; a missing text or flag is
 * null.
 */
export type ColumnValues = Float64Array | readonly (string | null)[] | readonly (boolean | null)[]

/** Whether the values of a column of this kind are doubles. */
export function isNumeric(kind: ColumnKind): boolean {
  return kind !== 'text' && kind !== 'flag'
}
