import type { Parent } from '../message/lineage.ts'

/** A parent, or the partitions that a record which has none came by. */
export type RecordParent = Omit<Parent, 'offset'> & Partial<Parent>

/** One record as a stage partition handles it. */
export interface StageRecord<V> {
  /** Which of the stage's inputs it came by. */
  readonly input: number
  /** Its position in that input's partition: Kafka's offset, and the epoch of the topic (`positionOf`). */
  readonly offset: number
  /** Epoch ms. For a watermark record: no event before this time follows in its partition. */
  readonly eventTime: number
  /** By how much it came late in the stage before, where it did: it is due by so much after its time (ms). */
  readonly lateByMs?: number | undefined
  /** Absent in raw topics. Without an offset, as there, nobody repeats the record: its own offset counts. */
  readonly parent?: RecordParent
  /** Absent in a watermark record and in a switch record. */
  readonly value?: V
  /** Only in a switch record: the version of the pipeline that decides on what follows in the partition. */
  readonly servedBy?: number
}

/** A record in its turn. */
export interface TakenRecord<V> extends Omit<StageRecord<V>, 'servedBy'> {
  readonly value: V
  /** How long after its event time its turn is: what was due before it from the same upstream partition was due then (ms). */
  readonly lateByMs: number
  /** The version of the pipeline that decides on it, as its raw partition says; undefined where none says. */
  readonly servedBy?: number | undefined
}

/** `arrival`: as records come. `strict`: by event time over all upstream partitions, for replays. */
export type StageOrder = 'arrival' | 'strict'
