import type { Aggregation, FeatureValue } from '@millrace/core'
import type { EntityFeatures } from '@millrace/platform/online'
import type { AskedFeature, OnlineRequest } from './read-online-request.ts'
import { isWhole, writeDouble, writeWhole } from './write-value.ts'

/** The time that Feast gives what has none. */
const EPOCH = '"1970-01-01T00:00:00Z"'

const PRESENT = '"PRESENT"'

/** What all columns of one view share. To Feast the features of an entity are one row, with one time. */
interface Rows {
  readonly entities: readonly EntityFeatures[]
  readonly statuses: readonly string[]
  readonly timestamps: string
}

/**
 * The answer to `POST /get-online-features` as JSON: the columns of the entity keys, then those of the features. It is
 * put together from texts, since JSON.stringify writes 2.0 as 2, which Feast's client takes for an integer.
 */
export function writeOnlineAnswer(
  { keys, parts, features, withViews }: OnlineRequest,
  found: readonly (readonly EntityFeatures[])[],
  now: number,
): string {
  const rows = parts.map(({ view }, part) => rowsOf(found[part]!, view.view.ttl, now))
  const ofKeys = Object.values(keys).map(writeKeys)
  const ofFeatures = features.map(feature => {
    const { view, featureNames } = parts[feature.part]!.view
    return writeFeature(feature, view.features[featureNames[feature.place]!]!, rows[feature.part]!)
  })
  const names = JSON.stringify([...Object.keys(keys), ...features.map(({ name }) => name)])
  const views = withViews
    ? `,"feature_view_metadata":${JSON.stringify(parts.map(({ view }) => ({ name: view.view.name })))}`
    : ''
  return `{"metadata":{"feature_names":${names}${views}},"results":[${[...ofKeys, ...ofFeatures].join(',')}]}`
}

function rowsOf(entities: readonly EntityFeatures[], ttl: number, now: number): Rows {
  return {
    entities,
    statuses: entities.map(({ newest }) => statusAt(newest, now, ttl)),
    timestamps: entities.map(({ newest }) => (newest === null ? EPOCH : timestampOf(newest))).join(','),
  }
}

/** Feast's `ttl` is the age up to which a value may be used. */
function statusAt(newest: number | null, now: number, ttl: number): string {
  if (newest === null) return '"NOT_FOUND"'
  return now - newest > ttl ? '"OUTSIDE_MAX_AGE"' : PRESENT
}

/** RFC 3339, with a fraction only where there is one. */
function timestampOf(time: number): string {
  const text = new Date(time).toISOString()
  return time % 1_000 === 0 ? `"${text.slice(0, -5)}Z"` : `"${text}"`
}

function writeFeature(
  { place }: AskedFeature,
  aggregation: Aggregation,
  { entities, statuses, timestamps }: Rows,
): string {
  const write: (value: FeatureValue) => string = isWhole(aggregation) ? writeWhole : writeDouble
  const values = entities.map(({ newest, values }) => (newest === null ? 'null' : write(values[place]!)))
  const ownStatuses = values.includes('null')
    ? statuses.map((status, row) => (status === PRESENT && values[row] === 'null' ? '"NULL_VALUE"' : status))
    : statuses
  return writeColumn(values.join(','), ownStatuses.join(','), timestamps)
}

function writeKeys(values: readonly unknown[]): string {
  const [statuses, timestamps] = [PRESENT, EPOCH].map(text => values.map(() => text).join(','))
  return writeColumn(JSON.stringify(values).slice(1, -1), statuses!, timestamps!)
}

function writeColumn(values: string, statuses: string, timestamps: string): string {
  return `{"values":[${values}],"statuses":[${statuses}],"event_timestamps":[${timestamps}]}`
}
