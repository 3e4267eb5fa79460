import type { ScannedRecords, ScanRanges } from '@millrace/platform'

/** The offsets that a partition holds: from `low` to before `high`. */
export interface HeldOffsets {
  readonly low: number
  readonly high: number
}

/** Where the archive reads topics. */
export interface ArchiveLog {
  /** The offsets that each partition of a topic holds now. Throws BROKER_UNAVAILABLE. */
  offsets(topic: string): Promise<ReadonlyMap<number, HeldOffsets>>
  /** Reads the given ranges of a topic, as `scanTopic` does. */
  scan(topic: string, ranges: ScanRanges): AsyncIterable<ScannedRecords>
}
