import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { MillraceError } from '../errors.ts'
import type { Queue } from '../queue.ts'
import type { RecentId, ViewState } from './view-state.ts'

export const STATE_VERSION = 2

/** A hash and an event time. */
export const RECENT_ID_BYTES = 12

/** Layout, version 2: version, latest, the histories in order, the count of recent ids and these. */
export function encodeViewState(state: ViewState, writer: ByteWriter): Uint8Array {
  writer.byte(STATE_VERSION)
  writer.time(state.latest)
  for (const history of state.histories) history.encode(writer)
  writer.varint(state.recent.length)
  for (const { hash, eventTime } of state.recent.toArray()) {
    writer.uint32(hash)
    writer.float64(eventTime)
  }
  return writer.finish()
}

/** Reads what follows the version byte of a state of version 2, into an empty state. */
export function readViewState(reader: ByteReader, into: ViewState): void {
  readHistories(reader, into)
  readRecentIds(reader, into.recent)
}

/** The same without the recent ids; what was there before is replaced. */
export function readHistories(reader: ByteReader, into: ViewState): void {
  into.latest = reader.time()
  for (let i = 0; i < into.histories.length; i++) into.histories[i]!.read(reader)
}

export function readRecentIds(reader: ByteReader, recent: Queue<RecentId>): void {
  for (let left = reader.varint(); left > 0; left--) {
    recent.push({ hash: reader.uint32(), eventTime: reader.float64() })
  }
}

/** The error for a state that another build wrote. */
export function unknownStateVersion(version: number): MillraceError {
  return new MillraceError(
    'STATE_VERSION_UNKNOWN',
    `A state has codec version ${version}, this build reads 1 and ${STATE_VERSION}: deploy the build that wrote it, or rebuild the states from the topics.`,
    { details: { version } },
  )
}
