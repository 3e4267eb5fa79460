import { days, type Field, MillraceError, type Pipeline, routeOf } from '@millrace/core'
import type { Column, ColumnKind } from '../parquet/column.ts'

/** What the archive keeps, each in a folder of its own. */
export const ARCHIVE_KINDS = ['vectors', 'predictions', 'labels'] as const
export type ArchiveKind = (typeof ARCHIVE_KINDS)[number]

/** One file of the archive: rows of one day that came of some offsets of one partition. */
export interface ArchiveFile {
  readonly kind: ArchiveKind
  /** The day of the rows' event times in UTC, as `YYYY-MM-DD`. */
  readonly date: string
  readonly topic: string
  readonly partition: number
  /** The offsets that were read for it and for its siblings of other days, both inclusive. */
  readonly first: number
  readonly last: number
}

/** Wide enough that names sort as the numbers do: partitions of Kafka, and offsets that a double holds. */
const PARTITION_DIGITS = 5
const OFFSET_DIGITS = 16
const FILE =
  /^kind=(vectors|predictions|labels)\/date=(\d{4}-\d\d-\d\d)\/(.+)-(\d{5})-(\d{16})-(\d{16})\.parquet$/

/** Where all files of a kind are, or those of one day. */
export function archivePrefix(kind: ArchiveKind, date?: string): string {
  return date === undefined ? `kind=${kind}/` : `kind=${kind}/date=${date}/`
}

/** The name of a file under the archive's root. */
export function archiveFileName({ kind, date, topic, partition, first, last }: ArchiveFile): string {
  const place = [
    padded(partition, PARTITION_DIGITS),
    padded(first, OFFSET_DIGITS),
    padded(last, OFFSET_DIGITS),
  ]
  return `${archivePrefix(kind, date)}${topic}-${place.join('-')}.parquet`
}

/** Reads what `archiveFileName` wrote; undefined for a name of anything else. */
export function parseArchiveFileName(name: string): ArchiveFile | undefined {
  const found = FILE.exec(name)
  if (found === null) return undefined
  const [, kind, date, topic, partition, first, last] = found
  const [numberOfPartition, from, to] = [partition, first, last].map(Number)
  return {
    kind: kind as ArchiveKind,
    date: date!,
    topic: topic!,
    partition: numberOfPartition!,
    first: from!,
    last: to!,
  }
}

/** The day of an event time (epoch ms) in UTC, as `YYYY-MM-DD`. */
export function archiveDate(eventTime: number): string {
  return new Date(eventTime).toISOString().slice(0, 'YYYY-MM-DD'.length)
}

/** The days whose files hold the event times from `from` to before `to` (epoch ms). */
export function archiveDates(from: number, to: number): readonly string[] {
  const dates: string[] = []
  for (let day = Math.floor(from / days(1)); day * days(1) < to; day++) dates.push(archiveDate(day * days(1)))
  return dates
}

/**
 * The columns of a kind's files, in order. Throws DECLARATION_INVALID when two would have one name, or when labels are
 * asked of a pipeline that declares no outcome.
 */
export function archiveColumns(pipeline: Pipeline, kind: ArchiveKind): readonly Column[] {
  const columns = COLUMNS[kind](pipeline)
  const names = columns.map(column => column.name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice === undefined) return columns
  throw new MillraceError(
    'DECLARATION_INVALID',
    `The archive's ${kind} would have two columns "${twice}": give the field, feature or view another name.`,
  )
}

/** The entity fields of the scored event's views, each once, in the order of the views. */
export function archiveEntities(pipeline: Pipeline): readonly string[] {
  return [...new Set(routeOf(pipeline, pipeline.scored).map(view => view.entity))]
}

const ORIGIN = [whole('origin_partition'), whole('origin_offset')] as const

const COLUMNS: Readonly<Record<ArchiveKind, (pipeline: Pipeline) => readonly Column[]>> = {
  vectors: pipeline => [
    ...identity(pipeline),
    ...pipeline.model.inputs.map(name => ({ name, kind: 'double' }) as const),
    ...routeOf(pipeline, pipeline.scored).map(
      view => ({ name: `${view.name}_feature_time`, kind: 'timestamp', optional: true }) as const,
    ),
    { name: 'truncated', kind: 'flag' },
    whole('version'),
    ...ORIGIN,
  ],
  predictions: pipeline => [
    // Versions with other entities share the topic: theirs are missing.
    ...identity(pipeline).map(column =>
      archiveEntities(pipeline).includes(column.name) ? { ...column, optional: true } : column,
    ),
    { name: 'score', kind: 'double', optional: true },
    { name: 'decision', kind: 'text' },
    ...['model_name', 'model_version', 'model_digest'].map(optionalText),
    { name: 'truncated', kind: 'flag' },
    whole('version'),
    // What was asked for has no origin, and what a rule decided no model.
    ...ORIGIN.map(column => ({ ...column, optional: true })),
    { name: 'via', kind: 'text' },
    ...['fallback_reason', 'fallback_action', 'shadow_version'].map(optionalText),
    { name: 'shadow_score', kind: 'double', optional: true },
  ],
  labels: pipeline => [
    ...Object.entries<Field>(labelSource(pipeline).fields).map(([name, field]) => fieldColumn(name, field)),
    ...ORIGIN,
  ],
}

function identity(pipeline: Pipeline): readonly Column[] {
  const { id, fields } = pipeline.scored
  return [
    { name: 'id', kind: kindOf(fields[id]!) },
    { name: 'event_time', kind: 'timestamp' },
    ...archiveEntities(pipeline).map(name => ({ name, kind: kindOf(fields[name]!) })),
  ]
}

function labelSource({ name, outcome }: Pipeline) {
  if (outcome !== undefined) return outcome.source
  throw new MillraceError(
    'DECLARATION_INVALID',
    `The pipeline ${name} declares no outcome, so it has no labels: name the event type and its flag as "outcome".`,
  )
}

function fieldColumn(name: string, field: Field): Column {
  return { name, kind: kindOf(field), ...(field.optional && { optional: true }) }
}

function kindOf({ kind }: Field): ColumnKind {
  return kind === 'money' ? 'double' : kind
}

function optionalText(name: string): Column {
  return { name, kind: 'text', optional: true }
}

function whole(name: string): Column {
  return { name, kind: 'integer' }
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
