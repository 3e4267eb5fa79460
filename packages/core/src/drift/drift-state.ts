import { MillraceError } from '../errors.ts'
import type { WindowCounts } from '../message/statistics-record.ts'

/** A window of one model, with what the partitions of the score stage reported of it so far. */
export interface OpenWindow extends WindowCounts {
  /** The partitions that reported it. */
  readonly reportedBy: readonly number[]
}

/** How the windows of one model went so far. */
export interface ModelTrack {
  readonly digest: string
  /** Start of the latest window with a verdict (epoch ms). */
  readonly judgedUpTo: number
  /** Judged windows in a row that drifted. */
  readonly drifting: number
  /** Judged windows in a row that were stable. */
  readonly quiet: number
  /** Start of the first window of the last row that drifted (epoch ms), or null. */
  readonly driftingSince: number | null
  /** The open episode, or null. */
  readonly episode: string | null
}

/** All that the drift monitor keeps. Never changed in place. */
export interface DriftState {
  /** Event time of the earliest event reported (epoch ms), or null before any. */
  readonly firstEventTime: number | null
  /** Windows without a verdict, by start. */
  readonly open: readonly OpenWindow[]
  /** Per partition of the score stage, the latest window start it reported (epoch ms), or null. */
  readonly reported: readonly (number | null)[]
  /** The latest window starts that anyone reported, latest first. */
  readonly newest: readonly number[]
  /** Events that were reported after their window's verdict; the next verdict tells them. */
  readonly late: number
  readonly tracks: readonly ModelTrack[]
}

const VERSION = 1

export function emptyDriftState(scorePartitions: number): DriftState {
  const reported = Array<null>(scorePartitions).fill(null)
  return { firstEventTime: null, open: [], reported, newest: [], late: 0, tracks: [] }
}

/** JSON with the codec's version: the state changes a few times in a window only. */
export function encodeDriftState(state: DriftState): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, ...state }))
}

/** Throws STATE_VERSION_UNKNOWN when the state was written by another codec version. */
export function decodeDriftState(bytes: Uint8Array): DriftState {
  const { version, ...state } = JSON.parse(new TextDecoder().decode(bytes))
  if (version === VERSION) return state
  throw new MillraceError(
    'STATE_VERSION_UNKNOWN',
    `The drift monitor's state has codec version ${version}, this build reads ${VERSION}: deploy the build that wrote it.`,
    { details: { version } },
  )
}
