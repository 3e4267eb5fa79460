import type { KafkaCluster } from '../cluster.ts'
import type { LogRecord } from '../record-batch/decode-record.ts'

/** A place in the log. */
export interface LogPosition {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** What is wanted now. */
export interface Wanted {
  readonly positions: readonly LogPosition[]
  /** Other partitions are left out and may be wanted any moment: no broker should hold a request for long. */
  readonly moreSoon: boolean
}

/** Records of one partition from the position that was asked for. */
export interface Fetched extends LogPosition {
  readonly records: readonly LogRecord[]
  /** The offset to ask for next. */
  readonly next: number
  /** End of the partition: offset after the last record that all replicas have. */
  readonly end: number
}

/** Whoever reads: it is asked before each request, and keeps all state. It drops what it does not want any more. */
export interface FetchSource {
  wanted(): Wanted
  take(fetched: Fetched): void
  /** What was taken since the last call is to be handled now. */
  arrived(): void
  /** The log does not hold this offset, or not any more. */
  outOfRange(position: LogPosition): void
  /** A broker answered. */
  heard(): void
  /** Something had failed, and nothing is read before this resolves: topics may be others by now. */
  interrupted?(): Promise<void>
  /** Reading ended for good: the brokers refuse it, or what stands in the log cannot be read. */
  fail(error: unknown): void
}

/** What fetching needs of the brokers. */
export type FetchCluster = Pick<
  KafkaCluster,
  'connect' | 'close' | 'leaderOf' | 'refresh' | 'send' | 'topicFacts'
>
