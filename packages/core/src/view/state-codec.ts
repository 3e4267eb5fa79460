import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { MillraceError } from '../errors.ts'
import { type ColumnKind, Series } from '../window/series.ts'
import type { ViewState } from './view-state.ts'

const VERSION = 1

/** Layout, version 1: version, latest, the series in order, the count of recent ids and these. */
export function encodeViewState(state: ViewState, writer: ByteWriter): Uint8Array {
  writer.byte(VERSION)
  writer.float64(state.latest)
  for (const series of state.series) series.encode(writer)
  writer.varint(state.recent.length)
  for (const { hash, eventTime } of state.recent) {
    writer.uint32(hash)
    writer.float64(eventTime)
  }
  return writer.finish()
}

/** Throws STATE_VERSION_UNKNOWN when the state was written by another codec version. */
export function decodeViewState(reader: ByteReader, kinds: readonly (readonly ColumnKind[])[]): ViewState {
  const version = reader.byte()
  if (version !== VERSION) {
    throw new MillraceError(
      'STATE_VERSION_UNKNOWN',
      `A state has codec version ${version}, this build reads ${VERSION}: deploy the build that wrote it, or rebuild the states from the topics.`,
      { details: { version } },
    )
  }
  const latest = reader.float64()
  const series = kinds.map(columns => Series.decode(reader, columns))
  const recent = Array.from({ length: reader.varint() }, () => ({
    hash: reader.uint32(),
    eventTime: reader.float64(),
  }))
  return { series, latest, recent }
}
