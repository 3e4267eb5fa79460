import type { RecordParent } from '../stage/stage-record.ts'
import type { Origin, Parent } from './lineage.ts'

/**
 * Asks views to forget an entity: the next event finds no state. It travels among the event records of an inner topic, in
 * their order, as a tombstone: without a value, with the entity as key, and the rest as JSON in the header
 * `millrace-erase`.
 */
export interface EraseRecord {
  readonly entity: string
  /** Names of the views that forget it; the entity is of each of them. */
  readonly views: readonly string[]
  /** When it takes its turn (epoch ms, between two whole ones); absent where it takes it as soon as it is read. */
  readonly eventTime?: number
  /** Absent where no stage made it, so that none can repeat it: it was asked for by command. */
  readonly parent?: Parent
  /** The tombstone in the raw topic, where it was one. */
  readonly origin?: Origin
}

export const ERASE_HEADER = 'millrace-erase'

/** When an erase record takes its turn behind all events of a time, whichever way they take, and before the next whole millisecond. */
export function justBehind(eventTime: number): number {
  return eventTime + 0.5
}

/** How a record that a command wrote stands beside those of the stage before: as from a partition that no topic has. */
export const BY_COMMAND: RecordParent = { partition: 65_535, input: 0, via: 0 }

/** Key, value and headers of an erase record. */
export function eraseMessage({ entity, ...rest }: EraseRecord) {
  return { key: entity, value: null, headers: { [ERASE_HEADER]: JSON.stringify(rest) } }
}

/** Reads what `eraseMessage` wrote. */
export function parseErase(key: string, header: string): EraseRecord {
  return { entity: key, ...JSON.parse(header) }
}
