import type { Parent } from '../message/lineage.ts'

/** A parent, or the partitions that a record which has none came by. */
export type RecordParent = Omit<Parent, 'offset'> & Partial<Parent>

/** One record as a stage partition handles it. */
export interface StageRecord<V> {
  /** Which of the stage's inputs it came by. */
  readonly input: number
  /** Its offset in that input's partition. */
  readonly offset: number
  /** Epoch ms. For a watermark record: no event before this time follows in its partition. */
  readonly eventTime: number
  /** Absent in raw topics. Without an offset, as there, nobody repeats the record: its own offset counts. */
  readonly parent?: RecordParent
  /** Absent in a watermark record. */
  readonly value?: V
}

/** A record in its turn, with how much older it is than the newest before it from the same upstream partition. */
export interface TakenRecord<V> extends StageRecord<V> {
  readonly value: V
  readonly lateByMs: number
}

/** `arrival`: as records come. `strict`: by event time over all upstream partitions, for replays. */
export type StageOrder = 'arrival' | 'strict'
