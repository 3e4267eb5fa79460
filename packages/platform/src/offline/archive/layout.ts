import { type Field, type Pipeline, routeOf } from '@millrace/core'
import type { Column, ColumnKind } from '../parquet/column.ts'

export type ArchiveKind = 'vectors' | 'predictions' | 'labels'

/** A file of the archive: the records of one UTC day among the offsets of a partition that were written together. */
export interface ArchivedFile {
  readonly kind: ArchiveKind
  /** The day of the event times, YYYY-MM-DD. */
  readonly date: string
  readonly topic: string
  readonly partition: number
  /** The first and the last offset that were read for it. */
  readonly first: number
  readonly last: number
}

const NAME = /^kind=(vectors|predictions|labels)\/date=(\d{4}-\d\d-\d\d)\/(.+)-(\d+)-(\d+)-(\d+)\.parquet$/
const OFFSET_DIGITS = 16
const PARTITION_DIGITS = 5

/** The name of a file in the storage: names of one day sort by topic, partition and offset. */
export function archiveName({ kind, date, topic, partition, first, last }: ArchivedFile): string {
  const place = String(partition).padStart(PARTITION_DIGITS, '0')
  const [from, to] = [first, last].map(offset => String(offset).padStart(OFFSET_DIGITS, '0'))
  return `kind=${kind}/date=${date}/${topic}-${place}-${from}-${to}.parquet`
}

/** What a name says; undefined when it is not of this layout. */
export function parseArchiveName(name: string): ArchivedFile | undefined {
  const [, kind, date, topic, partition, first, last] = NAME.exec(name) ?? []
  if (kind === undefined || date === undefined || topic === undefined) return undefined
  return {
    kind: kind as ArchiveKind,
    date,
    topic,
    partition: Number(partition),
    first: Number(first),
    last: Number(last),
  }
}

/** The UTC day of an event time. */
export function archiveDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** The columns of archived vectors: id, event time, entities, the model's inputs, and where they come from. */
export function archivedVectorColumns(pipeline: Pipeline): readonly Column[] {
  const { scored, model } = pipeline
  const views = routeOf(pipeline, scored)
  const entities = [...new Set(views.map(({ entity }) => entity))]
  return [
    { name: 'id', kind: columnKind(scored.fields[scored.id]!) },
    { name: 'event_time', kind: 'timestamp' },
    ...entities.map(name => ({ name, kind: columnKind(scored.fields[name]!) })),
    ...model.inputs.map(name => ({ name, kind: 'double' as const, optional: true })),
    ...views.map(({ name }) => ({
      name: `${name}_feature_time`,
      kind: 'timestamp' as const,
      optional: true,
    })),
    { name: 'truncated', kind: 'flag' },
    { name: 'version', kind: 'integer' },
    { name: 'origin_partition', kind: 'integer' },
    { name: 'origin_offset', kind: 'integer' },
  ]
}

/** The columns of archived labels: the fields of the outcome's event type, and where they come from. */
export function archivedLabelColumns({ outcome }: Pipeline): readonly Column[] {
  const fields = Object.entries<Field>(outcome?.source.fields ?? {})
  return [
    ...fields.map(([name, field]) => ({
      name,
      kind: name === outcome?.source.eventTime ? ('timestamp' as const) : columnKind(field),
      optional: field.optional ?? false,
    })),
    { name: 'origin_partition', kind: 'integer' },
    { name: 'origin_offset', kind: 'integer' },
  ]
}

function columnKind({ kind }: Field): ColumnKind {
  return kind === 'money' ? 'double' : kind
}
