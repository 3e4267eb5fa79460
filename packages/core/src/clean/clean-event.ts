import type { EventType, EventValue, EventValues } from '../define/event-type.ts'
import type { Field } from '../define/field.ts'
import { cleanField } from './clean-field.ts'
import type { Rejection } from './rejection.ts'

/** A raw record's values made clean, or the reason why they cannot be. */
export type Cleaning =
  | { readonly ok: true; readonly event: EventValues; readonly corrected: readonly string[] }
  | { readonly ok: false; readonly rejection: Rejection }

/** Cleans one raw value object; `now` is the declared clock's time (epoch ms). */
export type CleanEvent = (raw: unknown, now: number) => Cleaning

/** Builds the cleaning of an event type from its fields. Unknown fields are left out. */
export function compileCleaning(type: EventType): CleanEvent {
  const fields = Object.entries<Field>(type.fields)
  return (raw, now) => {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      return {
        ok: false,
        rejection: { reason: 'NOT_AN_OBJECT', message: 'The record is no object with fields.' },
      }
    }
    const values = raw as Readonly<Record<string, unknown>>
    const event: Record<string, EventValue> = {}
    const corrected: string[] = []
    for (const [name, field] of fields) {
      const cleaned = cleanField(name, field, values[name], now)
      if (typeof cleaned === 'object' && cleaned !== null) return { ok: false, rejection: cleaned }
      event[name] = cleaned
      if (cleaned !== (values[name] ?? null)) corrected.push(name)
    }
    return { ok: true, event, corrected }
  }
}
