import type { Origin } from '@millrace/core'

const MOST_PARTITIONS = 65_536

/**
 * Orders the events of one time that clean topics hold as strict order does: by the partition in which the ingestor put
 * them, then by the one from which they came; those with the same tie stay as they are in the log.
 */
export function tieOf(partition: number, { partition: raw }: Origin): number {
  return partition * MOST_PARTITIONS + raw
}
