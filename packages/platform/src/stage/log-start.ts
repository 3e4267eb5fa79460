import {
  epochOf,
  type LogIdentity,
  type LogMark,
  MillraceError,
  MOST_EPOCHS,
  offsetOf,
  positionOf,
} from '@millrace/core'

/** Where the reading of an input begins. */
export interface LogStart {
  readonly position: number
  /** Kafka's id of the topic, where the brokers give one. */
  readonly topicId: string | undefined
  /** The topic is another one than that which was read before. */
  readonly isAnew: boolean
}

/** What a checkpoint knows of the log of an input. */
export interface KnownLog {
  readonly position: number
  readonly log: LogIdentity
}

/** A partition as the brokers have it now. */
export interface PresentLog {
  readonly topic: string
  readonly partition: number
  readonly topicId: string | undefined
  /** It holds the offsets from `low` to before `high`. */
  readonly low: number
  readonly high: number
  /** The record that stands at the offset of the known mark; undefined where none does, or none is known. */
  readonly atMark: LogMark | undefined
}

/**
 * Decides where to go on: at the position, or in a new epoch when the topic was made anew. A topic of another id whose
 * records are those that were read is the same one, moved to another cluster. Throws HISTORY_LOST when the log lacks
 * what was not handled yet, or lost what was.
 */
export function startOf({ position, log }: KnownLog, now: PresentLog): LogStart {
  const { topicId, low, high, atMark } = now
  const isOther = log.topicId !== undefined && topicId !== undefined && log.topicId !== topicId
  const isRead = atMark !== undefined && isSame(atMark, log.mark)
  const offset = offsetOf(position)
  if (isOther && !(isRead && offset <= high))
    return { position: nextEpoch(position, now), topicId, isAnew: true }
  if (offset < low) throw lost(now, offset, 'the records in between are gone, most likely by retention')
  if (offset > high || (atMark !== undefined && log.mark !== undefined && !isRead))
    throw lost(now, offset, 'the log was cut below it, as when a replica that lacked its end took over')
  return { position, topicId, isAnew: false }
}

function nextEpoch(position: number, { topic, low }: PresentLog): number {
  const epoch = epochOf(position) + 1
  if (epoch < MOST_EPOCHS) return positionOf(epoch, low)
  throw new MillraceError(
    'HISTORY_LOST',
    `${topic} was made anew more than ${MOST_EPOCHS - 1} times: start the pipeline under a new version.`,
  )
}

function isSame(a: LogMark, b: LogMark | undefined): boolean {
  return b !== undefined && a.timestamp === b.timestamp && a.checksum === b.checksum
}

function lost({ topic, partition, low, high }: PresentLog, wanted: number, why: string): MillraceError {
  return new MillraceError(
    'HISTORY_LOST',
    `Partition ${partition} of ${topic} holds offsets ${low} to ${high}, the checkpoint stands at ${wanted}: ${why}. Restore the topic, or start the pipeline under a new version.`,
    { details: { low, high, topic, partition, wanted } },
  )
}
