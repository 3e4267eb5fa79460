/** Why a record was refused. Each has a paragraph in docs/errors.md. */
export const REASON_CODES = [
  'NULL_VALUE',
  'EMPTY_VALUE',
  'RECORD_TOO_LARGE',
  'MALFORMED_JSON',
  'NOT_AN_OBJECT',
  'SCHEMA_UNKNOWN',
  'AVRO_MALFORMED',
  'FIELD_MISSING',
  'TYPE_MISMATCH',
  'OUT_OF_RANGE',
  'TIMESTAMP_OUT_OF_BOUNDS',
  'DUPLICATE',
  'LATE',
] as const

export type ReasonCode = (typeof REASON_CODES)[number]

/** A record that will never work: its reason, and words without values from the record. */
export interface Rejection {
  readonly reason: ReasonCode
  readonly message: string
}
