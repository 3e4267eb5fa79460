import type { EventType } from '../define/event-type.ts'
import { type Pipeline, routeOf } from '../define/pipeline.ts'
import { reachOf } from '../define/window.ts'
import { auditSchema } from '../schema/audit-schema.ts'
import { type AvroSchema, eventRecordSchema, rawEventSchema, vectorRecordSchema } from '../schema/avro.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import {
  driftVerdictSchema,
  predictionSchema,
  retrainingRequestSchema,
  statisticsSchema,
} from '../schema/message-schemas.ts'
import { days } from '../time/duration.ts'
import {
  auditTopic,
  cleanTopic,
  deadLetterTopic,
  driftTopic,
  predictionsTopic,
  retrainingTopic,
  statisticsTopic,
  topicInto,
  vectorsTopic,
} from './topics.ts'

export type TopicRole =
  | 'raw'
  | 'dead-letter'
  | 'clean'
  | 'hop'
  | 'vectors'
  | 'predictions'
  | 'statistics'
  | 'drift'
  | 'retraining'
  | 'audit'

/** How values are written. `original`: the bytes of the raw record, whatever they are. */
export type TopicFormat =
  | { readonly kind: 'avro'; readonly schema: AvroSchema }
  | { readonly kind: 'json'; readonly schema: JsonSchema }
  | { readonly kind: 'original' }

/** One topic as a pipeline needs it. */
export interface PlannedTopic {
  readonly name: string
  readonly role: TopicRole
  readonly partitions: number
  /** The least time that records must be kept (ms); Infinity: for ever. */
  readonly retentionMs: number
  /** The largest record batch that the topic must take (bytes). */
  readonly maxMessageBytes: number
  readonly format: TopicFormat
}

export interface PartitionCounts {
  /** Partitions of the raw topics and of their dead letters. */
  readonly raw: number
  /** Partitions of the topics between the stages: entities are spread over so many. */
  readonly stage: number
}

/** Time to mend what is wrong before the log that it would be mended from is gone. */
const REPAIR_TIME_MS = days(7)
/** Far above any event, so that a record that is too large can still be sent and be dead-lettered as it was. */
const RAW_MAX_BYTES = 8_000_000
/** Room beside the value for key, headers and framing. */
const RECORD_OVERHEAD_BYTES = 65_536

/** Every topic that a pipeline reads or writes, in the order in which an event meets them. */
export function topicPlan(pipeline: Pipeline, counts: PartitionCounts): readonly PlannedTopic[] {
  const limits = limitsOf(pipeline)
  return [
    ...pipeline.events.flatMap(event => [
      ...rawTopics(event, counts, limits),
      ...eventTopics(pipeline, event, counts, limits),
    ]),
    ...resultTopics(pipeline, counts, limits),
  ]
}

interface Limits {
  readonly retentionMs: number
  readonly rawMaxBytes: number
  readonly innerMaxBytes: number
}

function limitsOf(pipeline: Pipeline): Limits {
  const largestEvent = Math.max(...pipeline.events.map(event => event.maxBytes))
  return {
    retentionMs: retentionOf(pipeline),
    rawMaxBytes: Math.max(RAW_MAX_BYTES, 2 * largestEvent),
    innerMaxBytes: largestEvent + RECORD_OVERHEAD_BYTES,
  }
}

/** A state is rebuilt from the log: it must reach back as far as the longest window, and a repair must have time. */
function retentionOf({ views, events }: Pipeline): number {
  const reaches = views.flatMap(view => Object.values(view.features).map(({ window }) => reachOf(window)))
  return Math.max(0, ...reaches) + Math.max(...events.map(event => event.grace)) + REPAIR_TIME_MS
}

function rawTopics(
  event: EventType,
  { raw: partitions }: PartitionCounts,
  { retentionMs, rawMaxBytes }: Limits,
): readonly PlannedTopic[] {
  return [
    {
      name: event.topic,
      role: 'raw',
      partitions,
      retentionMs,
      maxMessageBytes: rawMaxBytes,
      format: { kind: 'avro', schema: rawEventSchema(event) },
    },
    {
      name: deadLetterTopic(event),
      role: 'dead-letter',
      partitions,
      retentionMs,
      maxMessageBytes: rawMaxBytes + RECORD_OVERHEAD_BYTES,
      format: { kind: 'original' },
    },
  ]
}

/** The clean topic of an event, and those by which it travels from one view's stage to the next. */
function eventTopics(
  pipeline: Pipeline,
  event: EventType,
  { stage: partitions }: PartitionCounts,
  { retentionMs, innerMaxBytes: maxMessageBytes }: Limits,
): readonly PlannedTopic[] {
  const format = { kind: 'avro', schema: eventRecordSchema(pipeline, event) } as const
  const common = { partitions, retentionMs, maxMessageBytes, format }
  const hops = routeOf(pipeline, event).slice(1)
  return [
    { ...common, name: cleanTopic(pipeline, event), role: 'clean' },
    ...hops.map(view => ({ ...common, name: topicInto(pipeline, event, view), role: 'hop' as const })),
  ]
}

function resultTopics(
  pipeline: Pipeline,
  { stage }: PartitionCounts,
  { retentionMs, innerMaxBytes: maxMessageBytes }: Limits,
): readonly PlannedTopic[] {
  const topic = (role: TopicRole, name: string, partitions: number, format: TopicFormat): PlannedTopic => ({
    name,
    role,
    partitions,
    retentionMs,
    maxMessageBytes,
    format,
  })
  const json = (schema: JsonSchema): TopicFormat => ({ kind: 'json', schema })
  const vectors: TopicFormat = { kind: 'avro', schema: vectorRecordSchema(pipeline) }
  return [
    topic('vectors', vectorsTopic(pipeline), stage, vectors),
    topic('predictions', predictionsTopic(pipeline), stage, json(predictionSchema(pipeline))),
    topic('statistics', statisticsTopic(pipeline), 1, json(statisticsSchema(pipeline))),
    topic('drift', driftTopic(pipeline), 1, json(driftVerdictSchema(pipeline))),
    topic('retraining', retrainingTopic(pipeline), 1, json(retrainingRequestSchema(pipeline))),
    {
      ...topic('audit', auditTopic(pipeline), 1, json(auditSchema(pipeline))),
      retentionMs: Number.POSITIVE_INFINITY,
    },
  ]
}
