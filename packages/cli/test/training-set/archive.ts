import {
  type ArchiveKind,
  archiveColumns,
  archiveDate,
  archiveFileName,
  type Column,
  type ColumnValues,
  type Storage,
  writeParquet,
} from '@millrace/platform/offline'
import { pipeline } from '../fixtures.ts'

/** A vector of the small pipeline as it was logged. */
export interface Logged {
  readonly id: string
  readonly event_time: number
  readonly card: string
  readonly amount: number
  readonly payments_1d: number
  readonly card_feature_time: number
  readonly truncated: boolean
  readonly version: number
  readonly origin_partition: number
  readonly origin_offset: number
}

/** A label of the small pipeline. */
export interface Labelled {
  readonly paymentId: string
  readonly card: string
  readonly at: number
  readonly isFraud: boolean
  readonly origin_partition: number
  readonly origin_offset: number
}

export function logged(id: string, time: number, changes: Partial<Logged> = {}): Logged {
  return {
    id,
    event_time: time,
    card: 'c',
    amount: 1.5,
    payments_1d: 1,
    card_feature_time: time,
    truncated: false,
    version: 1,
    origin_partition: 0,
    origin_offset: 0,
    ...changes,
  }
}

export function labelled(paymentId: string, at: number, isFraud: boolean): Labelled {
  return { paymentId, card: 'c', at, isFraud, origin_partition: 0, origin_offset: 0 }
}

/** Writes vectors and labels to an archive, so many records a flush. */
export async function writeArchive(
  storage: Storage,
  vectors: readonly Logged[],
  labels: readonly Labelled[],
  perFlush = 1_000,
): Promise<void> {
  await flush(storage, 'vectors', archiveColumns(pipeline, 'vectors'), vectors, 'event_time', perFlush)
  await flush(storage, 'labels', archiveColumns(pipeline, 'labels'), labels, 'at', perFlush)
}

async function flush(
  storage: Storage,
  kind: ArchiveKind,
  columns: readonly Column[],
  records: readonly object[],
  time: string,
  perFlush: number,
): Promise<void> {
  const rows = records as readonly Readonly<Record<string, unknown>>[]
  for (let first = 0; first < rows.length; first += perFlush) {
    const flushed = rows.slice(first, first + perFlush)
    const days = Map.groupBy(flushed, row => archiveDate(row[time] as number))
    const place = { kind, topic: 'small.topic', partition: 0, first, last: first + flushed.length - 1 }
    for (const [date, day] of days) {
      const values = columns.map(column => valuesOf(column, day))
      await storage.write(archiveFileName({ ...place, date }), writeParquet(columns, values))
    }
  }
}

function valuesOf({ name, kind }: Column, rows: readonly Readonly<Record<string, unknown>>[]): ColumnValues {
  const cells = rows.map(row => row[name])
  return kind === 'text' || kind === 'flag' ? (cells as ColumnValues) : Float64Array.from(cells as number[])
}
