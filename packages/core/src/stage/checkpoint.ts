import { MillraceError } from '../errors.ts'
import type { RecordParent } from './stage-record.ts'

/** All that a stage partition knows of its inputs. It is stored in one write with the states it belongs to. */
export interface Checkpoint {
  /** Per input, the lowest offset that is not handled. */
  readonly positions: readonly number[]
  /** Per `pairKey`, the highest parent offset that was handled. */
  readonly highest: ReadonlyMap<number, number>
  /** Per `queueKey`, the latest event time that was handled (epoch ms). */
  readonly latest: ReadonlyMap<number, number>
  /** Every event up to this time is handled and its outputs are acknowledged (epoch ms). */
  readonly watermark: number
}

const VERSION = 1
const RAW: RecordParent = { partition: 0, input: 0, via: 0 }

export function emptyCheckpoint(inputs: number): Checkpoint {
  return { positions: Array(inputs).fill(0), highest: new Map(), latest: new Map(), watermark: -Infinity }
}

/** One number for an input and the (stage partition, input, via) of a parent. Each part is below 2^16, inputs below 16. */
export function pairKey(input: number, parent: RecordParent = RAW): number {
  return (queueKey(input, parent) * 16 + parent.input) * 65_536 + parent.via
}

/** One number for an input and the upstream partition whose records are handled in their order. */
export function queueKey(input: number, parent: RecordParent = RAW): number {
  return input * 65_536 + parent.partition
}

/** JSON; the watermark is left out, since other stages read it beside. */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const { positions, highest, latest } = checkpoint
  return JSON.stringify({ version: VERSION, positions, highest: [...highest], latest: [...latest] })
}

/** Throws CHECKPOINT_VERSION_UNKNOWN when another codec version wrote it. */
export function decodeCheckpoint(text: string, watermark: number): Checkpoint {
  const { version, positions, highest, latest } = JSON.parse(text)
  if (version !== VERSION) {
    throw new MillraceError(
      'CHECKPOINT_VERSION_UNKNOWN',
      `A checkpoint has version ${version}, this build reads ${VERSION}: deploy the build that wrote it.`,
      { details: { version } },
    )
  }
  return { positions, highest: new Map(highest), latest: new Map(latest), watermark }
}
