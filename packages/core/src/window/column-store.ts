import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import { DoubleList } from './double-list.ts'
import { RunningTotals } from './running-totals.ts'
import { TextList } from './text-list.ts'

/**
 * How the values of a column are kept. `total`: whole numbers, as running totals; `number`: doubles; `hash`: whole
 * numbers of 52 bits; `text`: texts. A missing one is 0 in a `total`, null in a `text`, else NaN.
 */
export type ColumnKind = 'total' | 'number' | 'hash' | 'text'

/** What a column holds at one place. */
export type Cell = number | string | null

export type ColumnStore = RunningTotals | DoubleList | TextList

export function createColumn(kind: ColumnKind): ColumnStore {
  if (kind === 'total') return new RunningTotals()
  return kind === 'text' ? new TextList() : new DoubleList()
}

/** Writes the first `length` values of a column. */
export function encodeColumn(
  kind: ColumnKind,
  column: ColumnStore,
  length: number,
  writer: ByteWriter,
): void {
  if (column instanceof DoubleList) {
    for (let i = 0; i < length; i++) encodeNumber(kind, column.at(i), writer)
  } else column.encode(writer)
}

function encodeNumber(kind: ColumnKind, value: number, writer: ByteWriter): void {
  if (kind === 'number') writer.float64(value)
  else writer.varint(Number.isNaN(value) ? 0 : value + 1)
}

/** Reads what `encodeColumn` wrote in place of what the column held. */
export function readColumn(kind: ColumnKind, column: ColumnStore, length: number, reader: ByteReader): void {
  if (column instanceof DoubleList) {
    column.clear()
    for (let i = 0; i < length; i++) column.push(decodeNumber(kind, reader))
  } else column.read(reader, length)
}

function decodeNumber(kind: ColumnKind, reader: ByteReader): number {
  if (kind === 'number') return reader.float64()
  const following = reader.varint()
  return following === 0 ? Number.NaN : following - 1
}
