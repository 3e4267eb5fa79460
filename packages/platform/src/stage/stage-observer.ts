import type { OutcomeCount } from './record-counts.ts'
import type { CacheUse } from './states/state-cache.ts'

/** What a write has stored of one partition. */
export interface HandledFacts {
  readonly partition: number
  /** The records handled since the write before, by input and by what became of them. */
  readonly counts: readonly OutcomeCount[]
  /** Of their event times the latest (epoch ms). */
  readonly newestEventTime: number
  /** Event time up to which everything is handled (epoch ms). */
  readonly watermark: number
}

/** Where the reading of a partition of an input stands. */
export interface InputPosition {
  readonly topic: string
  readonly partition: number
  /** The lowest offset that is not handled, as stored. */
  readonly offset: number
  /** Records between it and the end of the partition, as of the last fetch. */
  readonly lag: number
  /** Nothing more is fetched, since enough waits to be handled. */
  readonly isPaused: boolean
}

/** What a round does with its records. */
export type RoundPhase = 'decode' | 'prepare' | 'handle' | 'publish' | 'write'

/** What a stage tells about its work: for metrics, logs and the live view. */
export interface StageObserver {
  /** Records of one partition were handled and written. */
  handled(facts: HandledFacts): void
  /**
   * A round handled records of these event times (epoch ms) of each partition and published what they led to; it took
   * so long in all.
   */
  published(eventTimes: readonly (readonly number[])[], seconds: number): void
  /** Messages of a partition were taken in. */
  received(input: number, partition: number, messages: number): void
  /** Repeats that a crash upstream left were skipped. */
  repeatsSkipped(count: number): void
  /** A phase of a round took this long, over all its batches. */
  phase(name: RoundPhase, seconds: number): void
  /** What the states in memory take, and of how much use they were; told at every write. */
  cached(use: CacheUse): void
  /** A write or read was refused: the partition is loaded anew. */
  refused(partition: number): void
  /** Nothing is stored of a partition that this process had written: it starts at these offsets of its inputs. */
  rebuilding(partition: number, from: readonly number[]): void
  /** A topic was deleted and made anew: a partition of it is handled from this offset on. */
  newEpoch(topic: string, partition: number, from: number): void
  /** Topics of the stage that Kafka does not have now; told at every look. */
  topicsMissing(topics: readonly string[]): void
  /** Kafka gave a sign of life. */
  heard(): void
  /** Kafka answered what was asked of a partition, if only that nothing is new. */
  fetched(): void
  /** Partitions of this process after the group changed. */
  assigned(partitions: readonly number[]): void
  /** Where a partition of an input stands; told once a second. */
  stands(position: InputPosition): void
  /** These positions were committed. */
  committed(positions: readonly InputPosition[]): void
  /** The group gave this process its partitions, so long after it was asked. */
  rebalanced(seconds: number): void
  /** The round failed and is tried again. */
  retrying(error: unknown): void
  /** A round went well after one that failed. */
  recovered(): void
}
