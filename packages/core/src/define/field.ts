import { days } from '../time/duration.ts'

/** What is done with a number outside its bounds. */
export type OutOfRange = 'reject' | 'cap'

interface FieldBase<T> {
  readonly description: string
  /** Taken when the field is missing or null; without it a missing field rejects the record. */
  readonly default?: T
}

export interface TextField extends FieldBase<string> {
  readonly kind: 'text'
  readonly maxLength: number
  readonly trim: boolean
  readonly letterCase: 'keep' | 'lower' | 'upper'
}

export interface NumberField extends FieldBase<number> {
  readonly kind: 'double' | 'integer'
  readonly min: number
  readonly max: number
  readonly outOfRange: OutOfRange
}

/** An amount in major units (12.34), rounded to `decimals`; it is summed in minor units, so exactly. */
export interface MoneyField extends FieldBase<number> {
  readonly kind: 'money'
  readonly decimals: number
  readonly min: number
  readonly max: number
  readonly outOfRange: OutOfRange
}

export interface FlagField extends FieldBase<boolean> {
  readonly kind: 'flag'
}

/** Epoch milliseconds. Accepted as such, or as ISO 8601 text with a zone. */
export interface TimestampField extends FieldBase<number> {
  readonly kind: 'timestamp'
  /** The oldest value that makes sense (epoch ms). */
  readonly notBefore: number
  /** How far ahead of the declared clock a value may be (ms). */
  readonly maxAhead: number
}

export type Field = TextField | NumberField | MoneyField | FlagField | TimestampField
export type Fields = Readonly<Record<string, Field>>

/** The TypeScript type of a field's clean value. */
export type ValueOf<F extends Field> = F extends TextField ? string : F extends FlagField ? boolean : number

/** Kinds of fields that can name an event or an entity. */
export type IdKind = 'text' | 'integer'

/** Names of the fields of one kind. */
export type KeysOfKind<F extends Fields, K extends Field['kind']> = {
  [N in keyof F & string]: F[N]['kind'] extends K ? N : never
}[keyof F & string]

type Options<F extends Field> = Partial<Omit<F, 'kind' | 'description'>>

/** Text; trimmed by default, at most 256 characters, never empty. */
export function text(description: string, options: Options<TextField> = {}): TextField {
  return { kind: 'text', description, maxLength: 256, trim: true, letterCase: 'keep', ...options }
}

/** A finite double. */
export function double(
  description: string,
  options: Options<NumberField> = {},
): NumberField & { kind: 'double' } {
  return { kind: 'double', description, min: -Infinity, max: Infinity, outOfRange: 'reject', ...options }
}

/** A whole number that a double holds exactly. */
export function integer(
  description: string,
  options: Options<NumberField> = {},
): NumberField & { kind: 'integer' } {
  const bounds = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }
  return { kind: 'integer', description, ...bounds, outOfRange: 'reject', ...options }
}

/** An amount of money; two decimals and not negative by default. */
export function money(description: string, options: Options<MoneyField> = {}): MoneyField {
  return { kind: 'money', description, decimals: 2, min: 0, max: 1e9, outOfRange: 'reject', ...options }
}

export function flag(description: string, options: Options<FlagField> = {}): FlagField {
  return { kind: 'flag', description, ...options }
}

/** A point in time; by default not before 2000 and at most a day ahead of the clock. */
export function timestamp(description: string, options: Options<TimestampField> = {}): TimestampField {
  return { kind: 'timestamp', description, notBefore: Date.UTC(2000, 0, 1), maxAhead: days(1), ...options }
}
