import type { Aggregation, AggregationKind, FeatureValue } from '@millrace/core'
import type { EntityFeatures, ServedView } from '@millrace/platform/online'
import type { AskedFeature, OnlineRequest } from './read-online-request.ts'

/** The time that Feast gives what has none. */
const EPOCH = '"1970-01-01T00:00:00Z"'

/** A column of the answer, its lists as JSON without their brackets. */
interface Column {
  values: string
  statuses: string
  timestamps: string
}

/**
 * The answer to `POST /get-online-features` as JSON: the columns of the entity keys, then those of the features. It is
 * put together from texts, since JSON.stringify writes 2.0 as 2, which Feast's client takes for an integer.
 */
export function writeOnlineAnswer(
  { keys, rows, parts, features, withViews }: OnlineRequest,
  found: readonly (readonly EntityFeatures[])[],
  now: number,
): string {
  const keyColumns = Object.values(keys).map(values => writeKeys(values))
  const columns = features.map((): Column => ({ values: '', statuses: '', timestamps: '' }))
  parts.forEach(({ view }, part) => {
    const ofPart = columnsOf(view, features, columns, part)
    for (let row = 0; row < rows; row++) addRow(ofPart, view.view.ttl, found[part]![row]!, row, now)
  })
  const results = [...keyColumns, ...columns.map(writeColumn)].join(',')
  const names = JSON.stringify([...Object.keys(keys), ...features.map(({ name }) => name)])
  const views = withViews
    ? `,"feature_view_metadata":${JSON.stringify(parts.map(({ view }) => ({ name: view.view.name })))}`
    : ''
  return `{"metadata":{"feature_names":${names}${views}},"results":[${results}]}`
}

/** A column of one view, the place of its feature in that view, and how its values are written. */
interface ViewColumn {
  readonly column: Column
  readonly place: number
  readonly write: (value: FeatureValue) => string
}

function columnsOf(
  { view, featureNames }: ServedView,
  features: readonly AskedFeature[],
  columns: readonly Column[],
  part: number,
): readonly ViewColumn[] {
  return features.flatMap((feature, i) => {
    if (feature.part !== part) return []
    const aggregation = view.features[featureNames[feature.place]!]!
    const write = isWhole(aggregation) ? writeWhole : writeDouble
    return [{ column: columns[i]!, place: feature.place, write }]
  })
}

/** Adds one entity's values to the columns of its view. To Feast they are one row, with one time. */
function addRow(
  columns: readonly ViewColumn[],
  ttl: number,
  { values, newest }: EntityFeatures,
  row: number,
  now: number,
): void {
  const comma = row === 0 ? '' : ','
  const status = statusAt(newest, now, ttl)
  const timestamp = newest === null ? EPOCH : timestampOf(newest)
  for (let i = 0; i < columns.length; i++) {
    const { column, place, write } = columns[i]!
    const value = newest === null ? 'null' : write(values[place]!)
    column.values += comma + value
    column.statuses += comma + (value === 'null' && status === PRESENT ? '"NULL_VALUE"' : status)
    column.timestamps += comma + timestamp
  }
}

const PRESENT = '"PRESENT"'

/** Feast's `ttl` is the age up to which a value may be used. */
function statusAt(eventTime: number | null, now: number, ttl: number): string {
  if (eventTime === null) return '"NOT_FOUND"'
  return now - eventTime > ttl ? '"OUTSIDE_MAX_AGE"' : PRESENT
}

/** RFC 3339, with a fraction only where there is one. */
function timestampOf(time: number): string {
  const text = new Date(time).toISOString()
  return time % 1_000 === 0 ? `"${text.slice(0, -5)}Z"` : `"${text}"`
}

/** Aggregations whose values are whole numbers: of anything, and of fields that have whole numbers themselves. */
const WHOLE: ReadonlySet<AggregationKind> = new Set(['count', 'distinct-count', 'time-since'])
const AS_WHOLE_AS_FIELD: ReadonlySet<AggregationKind> = new Set([
  'sum',
  'min',
  'max',
  'first',
  'lag',
  'most-frequent',
])

/** Whether the values of a feature are integers to Feast. */
function isWhole({ kind, source, field = '' }: Aggregation): boolean {
  const fieldKind = source.fields[field]?.kind ?? 'double'
  return (
    WHOLE.has(kind) || (AS_WHOLE_AS_FIELD.has(kind) && ['integer', 'flag', 'timestamp'].includes(fieldKind))
  )
}

function writeWhole(value: FeatureValue): string {
  return Number.isInteger(value) ? String(value) : writeDouble(value)
}

function writeDouble(value: FeatureValue): string {
  if (typeof value !== 'number') return JSON.stringify(value)
  if (!Number.isFinite(value)) return 'null'
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value)
}

function writeKeys(values: readonly unknown[]): string {
  return writeColumn({
    values: JSON.stringify(values).slice(1, -1),
    statuses: values.map(() => PRESENT).join(','),
    timestamps: values.map(() => EPOCH).join(','),
  })
}

function writeColumn({ values, statuses, timestamps }: Column): string {
  return `{"values":[${values}],"statuses":[${statuses}],"event_timestamps":[${timestamps}]}`
}
