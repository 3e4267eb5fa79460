import type { Parent } from '../message/lineage.ts'

/** One record as a stage partition handles it. */
export interface StageRecord<V> {
  /** Which of the stage's inputs it came by. */
  readonly input: number
  /** Its position in that input's partition: Kafka's offset, and the epoch of the topic (`positionOf`). */
  readonly offset: number
  /** Epoch ms. For a watermark record: no event before this time follows in its partition. */
  readonly eventTime: number
  /** Absent in raw topics, whose records nobody repeats. */
  readonly parent?: Parent
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
