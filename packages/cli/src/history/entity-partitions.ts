import { partitionOf } from '@millrace/core'
import type { ScanRanges } from '@millrace/platform'

/** Of a topic that entities key, the ranges of the partitions that have these entities. */
export function rangesWith(entities: ReadonlySet<string>, ranges: ScanRanges): ScanRanges {
  const partitions = new Set([...entities].map(entity => partitionOf(entity, ranges.size)))
  return new Map([...ranges].filter(([partition]) => partitions.has(partition)))
}
