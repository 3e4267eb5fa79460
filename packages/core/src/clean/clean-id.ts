import type { Field } from '../define/field.ts'
import { cleanField } from './clean-field.ts'

const WHOLE_NUMBER = /^-?\d+$/

/**
 * The text by which an event or an entity is keyed and stored: a text or a whole number, cleaned as that field of an
 * event is. `7` and `'7'` name the same. Undefined where cleaning refuses it.
 * @param name of the field
 */
export function cleanId(name: string, field: Field, raw: unknown): string | undefined {
  if (typeof raw === 'string' ? raw === '' : !Number.isSafeInteger(raw)) return undefined
  const given = field.kind === 'text' ? String(raw) : WHOLE_NUMBER.test(String(raw)) ? Number(raw) : raw
  const cleaned = cleanField(name, field, given, 0)
  return typeof cleaned === 'object' ? undefined : String(cleaned)
}
