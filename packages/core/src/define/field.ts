import { days } from '../time/duration.ts'

/** What is done with a number outside its bounds. */
export type OutOfRange = 'reject' | 'cap'

interface FieldBase<T> {
  readonly description: string
  /** Taken when the field is missing or null. Without it a missing field rejects the record, unless it is optional. */
  readonly default?: T
  /** Whether a missing field is a clean event's null. */
  readonly optional: boolean
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

interface DoubleField extends NumberField {
  readonly kind: 'double'
}

interface IntegerField extends NumberField {
  readonly kind: 'integer'
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
export type ValueOf<F extends Field> =
  | (F extends TextField ? string : F extends FlagField ? boolean : number)
  | (F extends { readonly optional: true } ? null : never)

/** Kinds of fields that can name an event or an entity. */
export type IdKind = 'text' | 'integer'

/** Names of the fields of one kind. */
export type KeysOfKind<F extends Fields, K extends Field['kind']> = {
  [N in keyof F & string]: F[N]['kind'] extends K ? N : never
}[keyof F & string]

/** Names of the fields of one kind that every clean event has. */
export type KnownKeysOfKind<F extends Fields, K extends Field['kind']> = {
  [N in KeysOfKind<F, K>]: F[N] extends { readonly optional: true } ? never : N
}[KeysOfKind<F, K>]

type Options<F extends Field, O extends boolean> = Partial<Omit<F, 'kind' | 'description' | 'optional'>> & {
  /** Takes a missing or null value as null. Default false. */
  readonly optional?: O
}

type Declared<F extends Field, O extends boolean> = F & { readonly optional: NoInfer<O> }

/** Text; trimmed by default, at most 256 characters, never empty. */
export function text<const O extends boolean = false>(
  description: string,
  options: Options<TextField, O> = {},
): Declared<TextField, O> {
  return declared({ kind: 'text', description, maxLength: 256, trim: true, letterCase: 'keep' }, options)
}

/** A finite double. */
export function double<const O extends boolean = false>(
  description: string,
  options: Options<NumberField, O> = {},
): Declared<DoubleField, O> {
  const bounds = { min: -Infinity, max: Infinity, outOfRange: 'reject' } as const
  return declared<DoubleField, O>({ kind: 'double', description, ...bounds }, options)
}

/** A whole number that a double holds exactly. */
export function integer<const O extends boolean = false>(
  description: string,
  options: Options<NumberField, O> = {},
): Declared<IntegerField, O> {
  const bounds = {
    min: Number.MIN_SAFE_INTEGER,
    max: Number.MAX_SAFE_INTEGER,
    outOfRange: 'reject',
  } as const
  return declared<IntegerField, O>({ kind: 'integer', description, ...bounds }, options)
}

/** An amount of money; two decimals and not negative by default. */
export function money<const O extends boolean = false>(
  description: string,
  options: Options<MoneyField, O> = {},
): Declared<MoneyField, O> {
  const bounds = { decimals: 2, min: 0, max: 1e9, outOfRange: 'reject' } as const
  return declared({ kind: 'money', description, ...bounds }, options)
}

export function flag<const O extends boolean = false>(
  description: string,
  options: Options<FlagField, O> = {},
): Declared<FlagField, O> {
  return declared({ kind: 'flag', description }, options)
}

/** A point in time; by default not before 2000 and at most a day ahead of the clock. */
export function timestamp<const O extends boolean = false>(
  description: string,
  options: Options<TimestampField, O> = {},
): Declared<TimestampField, O> {
  const bounds = { notBefore: Date.UTC(2000, 0, 1), maxAhead: days(1) }
  return declared({ kind: 'timestamp', description, ...bounds }, options)
}

function declared<F extends Field, O extends boolean>(
  defaults: Omit<F, 'optional'>,
  options: Options<F, O>,
): Declared<F, O> {
  return { ...defaults, optional: false, ...options } as Declared<F, O>
}
