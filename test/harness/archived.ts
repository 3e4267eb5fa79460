import assert from 'node:assert/strict'
import { join } from 'node:path'
import {
  type EventRecord,
  type EventType,
  type Prediction,
  routeOf,
  topics,
  type VectorRecord,
} from '@millrace/core'
import { TopicSerdes } from '@millrace/platform'
import {
  ARCHIVE_KINDS,
  type ArchiveKind,
  archivePrefix,
  type ColumnValues,
  openFileSource,
  openStorage,
  ParquetFile,
  parseArchiveFileName,
} from '@millrace/platform/offline'
import type { Deployment } from './deployment.ts'
import { readTopic } from './read-topic.ts'
import { readVectors } from './read-vectors.ts'

type Row = Record<string, unknown>

/**
 * Archives what the topics of a deployment hold whose services have nothing left to do, and compares every row with the
 * record that it came from. `labels` is how many there are.
 */
export async function assertArchived(
  deployment: Deployment,
  folder: string,
  predictions: ReadonlyMap<string, Prediction>,
  labels: number,
): Promise<void> {
  const archive = ['archive', '--output', folder, '--rows', '1000'] as const
  await deployment.printed(...archive)
  const vectors = await readVectors(deployment, predictions.size)
  assert.deepEqual(
    await rowsOf(folder, 'vectors'),
    sorted(vectors.map(record => vectorRow(deployment, record))),
  )
  assert.deepEqual(await rowsOf(folder, 'predictions'), sorted([...predictions.values()].map(predictionRow)))
  const cleanLabels = await labelsOf(deployment, deployment.pipeline.outcome!.source, labels)
  assert.equal(cleanLabels.length, labels)
  assert.deepEqual(await rowsOf(folder, 'labels'), cleanLabels)
  assert.equal(
    await deployment.printed(...archive),
    ARCHIVE_KINDS.map(kind => `${kind}: nothing new.\n`).join(''),
  )
}

function vectorRow({ pipeline }: Deployment, record: VectorRecord): Row {
  const { event, vector, featureTimes, truncated, origin } = record
  const { scored, model, version } = pipeline
  const views = routeOf(pipeline, scored)
  return {
    id: event[scored.id],
    event_time: event[scored.eventTime],
    ...Object.fromEntries(views.map(({ entity }) => [entity, event[entity]])),
    ...Object.fromEntries(model.inputs.map((name, i) => [name, vector[i]])),
    ...Object.fromEntries(
      views.map(({ name }, i) => [`${name}_feature_time`, featureTimes[i] ?? Number.NaN]),
    ),
    truncated,
    version,
    origin_partition: origin.partition,
    origin_offset: origin.offset,
  }
}

function predictionRow({ id, eventTime, entities, score, decision, ...rest }: Prediction): Row {
  const { model, truncated, version, origin } = rest
  return {
    id,
    event_time: eventTime,
    ...entities,
    score,
    decision,
    model_name: model.name,
    model_version: model.version,
    model_digest: model.digest,
    truncated,
    version,
    origin_partition: origin.partition,
    origin_offset: origin.offset,
    via: 'stream',
    fallback_reason: null,
    fallback_action: null,
    shadow_version: null,
    shadow_score: Number.NaN,
  }
}

async function labelsOf({ pipeline, directory, kafka }: Deployment, type: EventType, count: number) {
  const topic = topics.cleanTopic(pipeline, type)
  const serde = await new TopicSerdes(pipeline, directory).eventRecords(topic, type)
  const messages = await readTopic(kafka, topic, read => read.length >= count)
  const records: EventRecord[] = messages.map(({ value }) => serde.decode(value))
  const rows = records.map(({ event, origin }) => ({
    ...event,
    origin_partition: origin.partition,
    origin_offset: origin.offset,
  }))
  return sorted(rows)
}

/** The rows of a kind in an archive, each of which must be of the day of its file. */
export async function rowsOf(folder: string, kind: ArchiveKind): Promise<Row[]> {
  const rows: Row[] = []
  for (const { name } of await openStorage(folder).list(archivePrefix(kind))) {
    assert.equal(parseArchiveFileName(name)!.kind, kind)
    await using source = await openFileSource(join(folder, name))
    const file = await ParquetFile.open(source)
    for (const group of file.rowGroups) {
      const names = file.columns.map(column => column.name)
      const columns: ColumnValues[] = []
      for (const column of names) columns.push(await file.read(column, group))
      for (let row = 0; row < group.rows; row++)
        rows.push(Object.fromEntries(names.map((column, i) => [column, columns[i]![row]])))
    }
  }
  return sorted(rows)
}

function sorted(rows: readonly Row[]): Row[] {
  const placeOf = (row: Row): number => Number(row['origin_offset']) * 100 + Number(row['origin_partition'])
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b)).map(row => ({ ...row }))
}
