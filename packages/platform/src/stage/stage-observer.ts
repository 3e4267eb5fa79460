import type { CacheUse } from './state-cache.ts'

/** What a stage tells about its work: for metrics, logs and the live view. */
export interface StageObserver {
  /** Records of one partition were handled and written. */
  handled(facts: {
    readonly partition: number
    readonly records: number
    readonly newestEventTime: number
  }): void
  /** Repeats that a crash upstream left were skipped. */
  repeatsSkipped(count: number): void
  /** A phase of a round took this long. */
  phase(name: 'decode' | 'prepare' | 'handle' | 'publish' | 'write', seconds: number): void
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
  /** Records between the last one handled and the end of the partition, as of the last fetch. */
  lag(input: string, partition: number, records: number): void
  /** The round failed and is tried again. */
  retrying(error: unknown): void
  /** A round went well after one that failed. */
  recovered(): void
}
