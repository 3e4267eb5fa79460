import { days, hours } from '../time/duration.ts'
import type { Fields, IdKind, KnownKeysOfKind, ValueOf } from './field.ts'

/** What becomes of an event older than its partition's latest event time minus the grace. */
export const LATE_POLICIES = ['process', 'drop', 'dead-letter'] as const

export type LatePolicy = (typeof LATE_POLICIES)[number]

/** What becomes of a record without a value: it is refused, or it erases the entity that its key names. */
export type TombstonePolicy = 'dead-letter' | 'erase'

/** A value of a clean event; null where an optional field is missing. */
export type EventValue = string | number | boolean | null

/** The values of a clean event, by field name. */
export type EventValues = Readonly<Record<string, EventValue>>

/** What names an event or an entity. */
export type Id = string | number

/** The text by which a field's value is hashed, keyed and stored: `7` and `'7'` are the same. */
export function idText(event: EventValues, field: string): string {
  const value = event[field]
  return typeof value === 'string' ? value : String(value)
}

/** The clean values of an event of type `E`. */
export type EventOf<E extends EventType> = { readonly [N in keyof E['fields']]: ValueOf<E['fields'][N]> }

export interface EventType<F extends Fields = Fields> {
  readonly name: string
  readonly version: number
  /** The topic that producers write: Confluent-framed Avro, or plain JSON objects. */
  readonly topic: string
  readonly fields: F
  /** The field whose value producers use as record key. */
  readonly key: string
  /** The field that identifies an event across redeliveries. */
  readonly id: string
  /** The field with the event time. */
  readonly eventTime: string
  /** How long an id stays claimed (ms); the same id from another record within it is a duplicate. */
  readonly dedupeHorizon: number
  /** How much older than the latest event of its partition an event may be (ms). */
  readonly grace: number
  readonly late: LatePolicy
  readonly tombstones: TombstonePolicy
  /** The largest record value accepted, in bytes. */
  readonly maxBytes: number
}

export interface EventTypeOptions<F extends Fields> {
  readonly name: string
  /** Default 1. */
  readonly version?: number
  readonly topic: string
  readonly fields: F
  readonly key: NoInfer<KnownKeysOfKind<F, IdKind>>
  readonly id: NoInfer<KnownKeysOfKind<F, IdKind>>
  readonly eventTime: NoInfer<KnownKeysOfKind<F, 'timestamp'>>
  /** Default one day. */
  readonly dedupeHorizon?: number
  /** Default one hour. */
  readonly grace?: number
  /** Default `process`: late events count from their arrival on. */
  readonly late?: LatePolicy
  /** `erase`: the views whose entity is the `key` forget it. Default `dead-letter`. */
  readonly tombstones?: TombstonePolicy
  /** Default 1 MB. */
  readonly maxBytes?: number
}

/** Declares a kind of event that arrives on one topic. */
export function defineEvent<const F extends Fields>(options: EventTypeOptions<F>): EventType<F> {
  const defaults = {
    version: 1,
    dedupeHorizon: days(1),
    grace: hours(1),
    late: 'process',
    tombstones: 'dead-letter',
    maxBytes: 1_000_000,
  } as const
  return Object.freeze({ ...defaults, ...options })
}
