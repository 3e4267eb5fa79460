import { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { MillraceError } from '../errors.ts'
import type { ModelIdentity } from '../message/prediction.ts'
import { BinnedCounts } from '../statistics/binned-counts.ts'

/** One window as it fills. Changed in place. */
export interface FillingWindow {
  readonly model: ModelIdentity
  readonly start: number
  /** Exclusive. */
  readonly end: number
  firstEventTime: number
  events: number
  late: number
  /** The inputs of the model in their order, then the score. */
  readonly features: readonly BinnedCounts[]
}

/** What a partition of the score stage keeps for the statistics. Changed in place. */
export interface StatisticsState {
  /** Latest event time counted (epoch ms), −Infinity before the first event. */
  latest: number
  /** Windows of the model at work, oldest first. */
  open: FillingWindow[]
  /** Closed windows that are still to be published, in the order of their closing. */
  readonly closed: FillingWindow[]
}

const VERSION = 1

/** Layout, version 1: version, latest, the open windows and the closed ones, each list after its length. */
export function encodeStatisticsState(state: StatisticsState, writer: ByteWriter): Uint8Array {
  writer.byte(VERSION)
  writer.float64(state.latest)
  for (const windows of [state.open, state.closed]) {
    writer.varint(windows.length)
    for (const window of windows) encodeWindow(window, writer)
  }
  return writer.finish()
}

/** Throws STATE_VERSION_UNKNOWN when the state was written by another codec version. */
export function decodeStatisticsState(bytes: Uint8Array): StatisticsState {
  const reader = new ByteReader(bytes)
  const version = reader.byte()
  if (version !== VERSION)
    throw new MillraceError(
      'STATE_VERSION_UNKNOWN',
      `A state of statistics has codec version ${version}, this build reads ${VERSION}: deploy the build that wrote it.`,
      { details: { version } },
    )
  const latest = reader.float64()
  const open = decodeList(reader, decodeWindow)
  return { latest, open, closed: decodeList(reader, decodeWindow) }
}

function encodeWindow(window: FillingWindow, writer: ByteWriter): void {
  const { name, version, digest } = window.model
  for (const text of [name, version, digest]) encodeText(text, writer)
  writer.float64(window.start)
  writer.float64(window.end)
  writer.float64(window.firstEventTime)
  writer.varint(window.events)
  writer.varint(window.late)
  writer.varint(window.features.length)
  for (const counts of window.features) counts.encode(writer)
}

function decodeWindow(reader: ByteReader): FillingWindow {
  return {
    model: { name: decodeText(reader), version: decodeText(reader), digest: decodeText(reader) },
    start: reader.float64(),
    end: reader.float64(),
    firstEventTime: reader.float64(),
    events: reader.varint(),
    late: reader.varint(),
    features: decodeList(reader, BinnedCounts.decode),
  }
}

function decodeList<T>(reader: ByteReader, decode: (reader: ByteReader) => T): T[] {
  return Array.from({ length: reader.varint() }, () => decode(reader))
}

function encodeText(text: string, writer: ByteWriter): void {
  writer.varint(text.length)
  for (let i = 0; i < text.length; i++) writer.varint(text.charCodeAt(i))
}

function decodeText(reader: ByteReader): string {
  return String.fromCharCode(...decodeList(reader, units => units.varint()))
}
