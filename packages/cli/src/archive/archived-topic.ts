import {
  type EventRecord,
  type EventType,
  type Id,
  MillraceError,
  type Origin,
  type Parent,
  type Pipeline,
  type Prediction,
  type RequestedPrediction,
  routeOf,
  topics,
  type VectorRecord,
} from '@millrace/core'
import type { AvroSerde } from '@millrace/platform'
import { type ArchiveKind, archiveColumns, archiveEntities, type Column } from '@millrace/platform/offline'
import type { Cell } from './column-buffer.ts'

/** A record as a row of the archive. */
export interface ArchivedRecord {
  /**
   * The version of the pipeline that made it, and what it was made from: together they tell a repeat. What was asked for
   * over HTTP was made from nothing in the log, and is never repeated.
   */
  readonly version: number
  readonly parent: Parent | undefined
  /** Epoch ms. */
  readonly eventTime: number
  /** One cell a column. */
  readonly cells: readonly Cell[]
}

/** A topic that is archived. */
export interface ArchivedTopic {
  readonly kind: ArchiveKind
  readonly topic: string
  readonly columns: readonly Column[]
  /** Reads values of the topic. Throws RECORD_UNREADABLE or REGISTRY_UNAVAILABLE. */
  decode(values: readonly Buffer[]): Promise<readonly ArchivedRecord[]>
}

/** How values of the inner topics are read; `TopicSerdes` gives them. */
export interface ArchiveSerdes {
  vectors(topic: string): Promise<Serde<VectorRecord>>
  eventRecords(topic: string, event: EventType): Promise<Serde<EventRecord>>
}

type Serde<T> = Pick<AvroSerde<T>, 'prepare' | 'decode'>

/** What is archived of a pipeline: its vectors, its predictions, and its labels where it declares an outcome. */
export async function archivedTopics(
  pipeline: Pipeline,
  serdes: ArchiveSerdes,
): Promise<readonly ArchivedTopic[]> {
  const { outcome } = pipeline
  const [vectors, predictions] = [topics.vectorsTopic(pipeline), topics.predictionsTopic(pipeline)]
  return [
    avroTopic(pipeline, 'vectors', vectors, await serdes.vectors(vectors), vectorReader(pipeline)),
    predictionTopic(pipeline, predictions),
    ...(outcome === undefined ? [] : [await labelTopic(pipeline, outcome.source, serdes)]),
  ]
}

async function labelTopic(
  pipeline: Pipeline,
  source: EventType,
  serdes: ArchiveSerdes,
): Promise<ArchivedTopic> {
  const topic = topics.cleanTopic(pipeline, source)
  const serde = await serdes.eventRecords(topic, source)
  return avroTopic(pipeline, 'labels', topic, serde, labelReader(pipeline, source))
}

function avroTopic<T>(
  pipeline: Pipeline,
  kind: ArchiveKind,
  topic: string,
  serde: Serde<T>,
  read: (record: T) => ArchivedRecord,
): ArchivedTopic {
  return {
    kind,
    topic,
    columns: archiveColumns(pipeline, kind),
    async decode(values) {
      await serde.prepare(values)
      return values.map(value => read(serde.decode(value)))
    },
  }
}

function predictionTopic(pipeline: Pipeline, topic: string): ArchivedTopic {
  const entities = archiveEntities(pipeline)
  return {
    kind: 'predictions',
    topic,
    columns: archiveColumns(pipeline, 'predictions'),
    decode: async values =>
      values.map(value => {
        const prediction = parsePrediction(topic, value)
        const { version, eventTime } = prediction
        const parent = prediction.via === 'request' ? undefined : prediction.parent
        return { version, parent, eventTime, cells: predictionCells(prediction, entities) }
      }),
  }
}

function parsePrediction(topic: string, value: Buffer): Prediction | RequestedPrediction {
  try {
    return JSON.parse(value.toString())
  } catch (cause) {
    throw new MillraceError('RECORD_UNREADABLE', `A record of ${topic} is no JSON.`, { cause })
  }
}

/** The topic is shared by the versions of a pipeline: what another one has no entity for is missing. */
function predictionCells(
  prediction: Prediction | RequestedPrediction,
  entities: readonly string[],
): readonly Cell[] {
  const { id, eventTime, score, decision, model, truncated, version, fallback, shadow } = prediction
  return [
    id,
    eventTime,
    ...entities.map(name => prediction.entities[name] ?? null),
    score,
    decision,
    model?.name ?? null,
    model?.version ?? null,
    model?.digest ?? null,
    truncated,
    version,
    ...(prediction.via === 'request' ? [null, null] : originCells(prediction.origin)),
    prediction.via,
    fallback?.reason ?? null,
    fallback?.action ?? null,
    shadow?.model.version ?? null,
    shadow?.score ?? null,
  ]
}

function vectorReader(pipeline: Pipeline): (record: VectorRecord) => ArchivedRecord {
  const { scored, version } = pipeline
  const entities = archiveEntities(pipeline)
  const views = routeOf(pipeline, scored)
  return ({ parent, event, vector, featureTimes, truncated, origin }) => {
    const eventTime = event[scored.eventTime] as number
    const cells = [
      event[scored.id] as Id,
      eventTime,
      ...entities.map(name => event[name] as Id),
      ...vector,
      ...views.map((_, i) => featureTimes[i] ?? null),
      truncated,
      version,
      ...originCells(origin),
    ]
    return { version, parent, eventTime, cells }
  }
}

function labelReader({ version }: Pipeline, source: EventType): (record: EventRecord) => ArchivedRecord {
  const fields = Object.keys(source.fields)
  return ({ parent, event, origin }) => ({
    version,
    parent,
    eventTime: event[source.eventTime] as number,
    cells: [...fields.map(name => event[name] ?? null), ...originCells(origin)],
  })
}

function originCells({ partition, offset }: Origin): readonly number[] {
  return [partition, offset]
}
