import type { Parent } from '../message/lineage.ts'
import type { TakenRecord } from './stage-record.ts'

/** A record that a step publishes. Its key decides the partition. */
export interface StageOutput {
  readonly topic: string
  /** Decides the partition; without it the record goes to partition 0. */
  readonly key?: string | Uint8Array
  /** An object of the topic's schema, or bytes that are published as they are. */
  readonly value: unknown
  /** By name; a list is several headers of one name. */
  readonly headers?: Readonly<Record<string, HeaderValue | readonly HeaderValue[] | undefined>>
}

/** Null is a header without a value. */
type HeaderValue = string | Uint8Array | null

/**
 * What became of a record: handled, passed over since another version of the pipeline decides on it, refused as a
 * duplicate, kept back since it was late, or refused for another reason.
 */
export const RECORD_OUTCOMES = ['ok', 'dropped', 'duplicate', 'late', 'dead_letter'] as const

export type RecordOutcome = (typeof RECORD_OUTCOMES)[number]

export interface StepContext {
  /** The stage partition at work. */
  readonly partition: number
  emit(output: StageOutput): void
  /** Says what became of the record at work, where it is not `ok`. */
  tell(outcome: Exclude<RecordOutcome, 'ok'>): void
}

/** Turns a state into bytes and back. */
export interface StateCodec<S> {
  encode(state: S): Uint8Array
  decode(bytes: Uint8Array): S
  /** The same with results that are good until its next call, which uses their memory again. */
  readonly brief?: StateCodec<S>
}

/** How a stage goes about its records, where it is not as others do. */
export interface StagePace {
  /**
   * How long records gather once all were read (ms of the wall clock): raw ones, or those of a stage whose outputs nobody
   * waits for.
   */
  readonly linger?: number
  /** How soon what changed is written under arrival order (ms of the wall clock): for a stage whose states others read. */
  readonly writeWithin?: number
}

/**
 * What a service does with each record: a pure step `(state, record) → (state, outputs)`. The stage loop reads,
 * merges, keeps the states, publishes and commits around it. At most one output per topic for a record.
 */
export interface Stage<V, S> {
  readonly name: string
  readonly codec: StateCodec<S>
  /** How long a state outlives its last write (wall-clock ms). */
  readonly stateTtl: number
  readonly pace?: StagePace
  /** The key of the state that a record reads and changes; undefined when it needs none. */
  keyOf(record: TakenRecord<V>): string | undefined
  /**
   * Of a stage whose states are claims, made by one record each: what the record claims its key with where nobody holds
   * it, undefined where it does not. That is stored as the key is looked at, so the step must come to the same. Records
   * are handled again after a crash, so a record must not mind the claim of one behind it.
   */
  claimOf?(record: TakenRecord<V>): S | undefined
  /** Work that cannot be done one record at a time (a model's batch), before the steps; fills in the values. */
  prepare?(records: readonly TakenRecord<V>[]): Promise<void>
  /**
   * Handles one record. Returns the state to be stored, undefined when nothing is to be stored, or null when the state
   * is to be erased: whatever comes next finds none.
   */
  step(state: S | undefined, record: TakenRecord<V>, context: StepContext): S | undefined | null
}

/** The event time at which a record took its turn: its own, or that of whatever was due later and came before it (epoch ms). */
export function turnOf({ eventTime, lateByMs }: TakenRecord<unknown>): number {
  return eventTime + lateByMs
}

/**
 * The `lateByMs` that an output of this record carries, so that it is due in the next stage no sooner than the record was
 * in this one (whole ms; the turn behind an erase record lies between two).
 * @param eventTime of the output (epoch ms), where it is not that of the record
 */
export function latenessOf(record: TakenRecord<unknown>, eventTime = record.eventTime): number {
  return Math.max(0, Math.ceil(turnOf(record) - eventTime))
}

/** The parent that an output of this record carries. */
export function parentOf(partition: number, record: TakenRecord<unknown>): Parent {
  return { partition, input: record.input, via: record.parent?.partition ?? 0, offset: record.offset }
}
