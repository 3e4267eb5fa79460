import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { MillraceError } from '../errors.ts'
import type { StateLayout, ViewState } from './view-state.ts'

export const STATE_VERSION = 2

/** In version 2: version, latest, the histories in order, the count of recent ids and these. */
export function encodeViewState(layout: StateLayout, state: ViewState, writer: ByteWriter): void {
  writer.byte(STATE_VERSION)
  writer.time(state.numbers[layout.latest]!)
  for (const history of layout.histories) history.encode(state, writer)
  layout.recentIds.encode(state, writer)
}

/** Reads what follows the version byte of a state of version 2, in place of what was there. */
export function readViewState(layout: StateLayout, reader: ByteReader, into: ViewState): void {
  readHistories(layout, reader, into)
  layout.recentIds.read(into, reader)
}

/** The same without the recent ids: it has none. */
export function peekViewState(layout: StateLayout, reader: ByteReader, into: ViewState): void {
  readHistories(layout, reader, into)
  layout.recentIds.clear(into)
}

function readHistories({ latest, histories }: StateLayout, reader: ByteReader, into: ViewState): void {
  into.numbers[latest] = reader.time()
  for (let i = 0; i < histories.length; i++) histories[i]!.read(into, reader)
}

/** The error for a state that another build wrote. */
export function unknownStateVersion(version: number): MillraceError {
  return new MillraceError(
    'STATE_VERSION_UNKNOWN',
    `A state has codec version ${version}, this build reads 1 and ${STATE_VERSION}: deploy the build that wrote it, or rebuild the states from the topics.`,
    { details: { version } },
  )
}
