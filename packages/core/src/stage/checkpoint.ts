import { MillraceError } from '../errors.ts'
import type { RecordParent } from './stage-record.ts'

/** How far a stage partition has come with its inputs. */
export interface Progress {
  /** Per input, the lowest position that is not handled. */
  readonly positions: readonly number[]
  /** Per `pairKey`, the highest parent offset that was handled. */
  readonly highest: ReadonlyMap<number, number>
  /** Per `queueKey`, the latest event time that was handled (epoch ms). */
  readonly latest: ReadonlyMap<number, number>
  /** Every event up to this time is handled and its outputs are acknowledged (epoch ms). */
  readonly watermark: number
  /** The version of the pipeline that decides on what follows in the raw partition; undefined where none is known. */
  readonly servedBy?: number | undefined
}

/** A record by which the log that holds it is known again. */
export interface LogMark {
  /** Kafka's offset. */
  readonly offset: number
  /** Kafka's timestamp (epoch ms). */
  readonly timestamp: number
  /** CRC-32C of key and value. */
  readonly checksum: number
}

/** The log that an input was read from. */
export interface LogIdentity {
  /** Kafka's id of the topic; absent where the brokers give none. */
  readonly topicId?: string
  /** A record below the position; absent when none was read. */
  readonly mark?: LogMark
}

/** All that a stage partition knows of its inputs. It is stored in one write with the states it belongs to. */
export interface Checkpoint extends Progress {
  /** The log of each input. */
  readonly logs: readonly LogIdentity[]
}

const VERSION = 2
const RAW: RecordParent = { partition: 0, input: 0, via: 0 }

export function emptyCheckpoint(inputs: number): Checkpoint {
  return {
    positions: Array(inputs).fill(0),
    highest: new Map(),
    latest: new Map(),
    watermark: -Infinity,
    logs: Array(inputs).fill({}),
  }
}

/** One number for an input and the (stage partition, input, via) of a parent. Each part is below 2^16, inputs below 16. */
export function pairKey(input: number, parent: RecordParent = RAW): number {
  return (queueKey(input, parent) * 16 + parent.input) * 65_536 + parent.via
}

/** One number for an input and the upstream partition whose records are handled in their order. */
export function queueKey(input: number, parent: RecordParent = RAW): number {
  return input * 65_536 + parent.partition
}

/** The input of a `queueKey`. */
export function inputOfQueue(key: number): number {
  return Math.floor(key / 65_536)
}

/** JSON; the watermark is left out, since other stages read it beside. */
export function encodeCheckpoint({
  positions,
  highest,
  latest,
  servedBy,
  logs,
}: Omit<Checkpoint, 'watermark'>): string {
  return JSON.stringify({
    version: VERSION,
    positions,
    highest: [...highest],
    latest: [...latest],
    servedBy,
    logs,
  })
}

/**
 * Reads this version and the one before it, which knew nothing of its logs. Throws CHECKPOINT_VERSION_UNKNOWN when
 * another codec version wrote it.
 */
export function decodeCheckpoint(text: string, watermark: number): Checkpoint {
  const { version, positions, highest, latest, servedBy, logs } = JSON.parse(text)
  if (version !== VERSION && version !== 1) {
    throw new MillraceError(
      'CHECKPOINT_VERSION_UNKNOWN',
      `A checkpoint has version ${version}, this build reads 1 and ${VERSION}: deploy the build that wrote it.`,
      { details: { version } },
    )
  }
  return {
    positions,
    highest: new Map(highest),
    latest: new Map(latest),
    watermark,
    servedBy,
    logs: logs ?? positions.map(() => ({})),
  }
}
