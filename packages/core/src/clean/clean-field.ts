import type { EventValue } from '../define/event-type.ts'
import type { Field, MoneyField, NumberField, TextField, TimestampField } from '../define/field.ts'
import type { ReasonCode, Rejection } from './rejection.ts'

/** A clean value, or why the record is refused. A value that is not the raw one was corrected. */
export type CleanedField = EventValue | Rejection

/** Applies a field's rules to one raw value. Messages name the field, never the value: it may be personal. */
export function cleanField(name: string, field: Field, raw: unknown, now: number): CleanedField {
  if (raw === undefined || raw === null)
    return field.default ?? missing(field, `The field "${name}" is missing.`)
  switch (field.kind) {
    case 'text':
      return cleanText(name, field, raw)
    case 'flag':
      return cleanFlag(name, raw)
    case 'timestamp':
      return cleanTimestamp(name, field, raw, now)
    default:
      return cleanNumber(name, field, raw)
  }
}

/** The outcome of a field that is missing and has no default. */
function missing(field: Field, message: string): null | Rejection {
  return field.optional ? null : reject('FIELD_MISSING', message)
}

function reject(reason: ReasonCode, message: string): Rejection {
  return { reason, message }
}

function cleanText(name: string, field: TextField, raw: unknown): CleanedField {
  if (typeof raw !== 'string') return reject('TYPE_MISMATCH', `The field "${name}" must be text.`)
  const trimmed = field.trim ? raw.trim() : raw
  const value =
    field.letterCase === 'keep'
      ? trimmed
      : field.letterCase === 'lower'
        ? trimmed.toLowerCase()
        : trimmed.toUpperCase()
  if (value.length === 0) return missing(field, `The field "${name}" is empty.`)
  if (value.length > field.maxLength)
    return reject('OUT_OF_RANGE', `The field "${name}" is longer than ${field.maxLength} characters.`)
  return value
}

function cleanFlag(name: string, raw: unknown): CleanedField {
  if (typeof raw === 'boolean') return raw
  if (raw === 0 || raw === 1) return raw === 1
  return reject('TYPE_MISMATCH', `The field "${name}" must be true or false.`)
}

function cleanNumber(name: string, field: NumberField | MoneyField, raw: unknown): CleanedField {
  if (typeof raw !== 'number') return reject('TYPE_MISMATCH', `The field "${name}" must be a number.`)
  if (!Number.isFinite(raw)) return reject('OUT_OF_RANGE', `The field "${name}" is no finite number.`)
  if (field.kind === 'integer' && !Number.isSafeInteger(raw))
    return reject('TYPE_MISMATCH', `The field "${name}" must be a whole number.`)
  const inRange = Math.min(Math.max(raw, field.min), field.max)
  if (inRange !== raw && field.outOfRange === 'reject') {
    return reject('OUT_OF_RANGE', `The field "${name}" must be from ${field.min} to ${field.max}.`)
  }
  return field.kind === 'money' ? roundTo(inRange, field.decimals) : inRange
}

function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals
  return Math.round(value * scale) / scale
}

function cleanTimestamp(name: string, field: TimestampField, raw: unknown, now: number): CleanedField {
  const parsed = typeof raw === 'string' && /^\d{4}-.*(Z|[+-]\d{2}:?\d{2})$/.test(raw) ? Date.parse(raw) : raw
  if (typeof parsed !== 'number' || Number.isNaN(parsed)) {
    return reject(
      'TYPE_MISMATCH',
      `The field "${name}" must be a time: epoch milliseconds, or ISO 8601 text with a zone.`,
    )
  }
  const value = Math.round(parsed)
  if (value < field.notBefore) {
    return reject('TIMESTAMP_OUT_OF_BOUNDS', `The field "${name}" is before ${isoTime(field.notBefore)}.`)
  }
  if (value > now + field.maxAhead) {
    return reject('TIMESTAMP_OUT_OF_BOUNDS', `The field "${name}" is too far in the future.`)
  }
  return value
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
