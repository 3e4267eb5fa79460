import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { MillraceError } from '../errors.ts'
import type { ViewState } from './view-state.ts'

export const STATE_VERSION = 2

/** Layout, version 2: version, latest, the histories in order, the count of recent ids and these. */
export function encodeViewState(state: ViewState, writer: ByteWriter): void {
  writer.byte(STATE_VERSION)
  writer.time(state.latest)
  for (const history of state.histories) history.encode(writer)
  state.recent.encode(writer)
}

/** Reads what follows the version byte of a state of version 2, in place of what was there. */
export function readViewState(reader: ByteReader, into: ViewState): void {
  readHistories(reader, into)
  into.recent.read(reader)
}

/** The same without the recent ids. */
export function readHistories(reader: ByteReader, into: ViewState): void {
  into.latest = reader.time()
  for (let i = 0; i < into.histories.length; i++) into.histories[i]!.read(reader)
}

/** The error for a state that another build wrote. */
export function unknownStateVersion(version: number): MillraceError {
  return new MillraceError(
    'STATE_VERSION_UNKNOWN',
    `A state has codec version ${version}, this build reads 1 and ${STATE_VERSION}: deploy the build that wrote it, or rebuild the states from the topics.`,
    { details: { version } },
  )
}
