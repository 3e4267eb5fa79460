import { type PartitionCounts, type Pipeline, type TopicFormat, topicPlan } from '@millrace/core'
import { formatSpan, tableLines } from './table.ts'
import { topicKeys } from './topic-keys.ts'

/** Every topic with its key, partitions, least retention and values. */
export function describeTopics(pipeline: Pipeline, counts: PartitionCounts): string[] {
  const keys = topicKeys(pipeline)
  const rows = topicPlan(pipeline, counts).map(({ name, role, partitions, retentionMs, format }) => [
    name,
    role,
    keys.get(name) ?? '–',
    String(partitions),
    formatSpan(retentionMs),
    role === 'raw' ? 'Avro or JSON' : FORMATS[format.kind],
  ])
  return tableLines([['topic', 'role', 'key', 'partitions', 'kept at least', 'values'], ...rows])
}

/** The schema of every topic that has one, and the fields that it has at the top. */
export function describeSchemas(pipeline: Pipeline, counts: PartitionCounts): string[] {
  const rows = topicPlan(pipeline, counts).flatMap(({ name, format }) =>
    format.kind === 'original' ? [] : [[name, FORMATS[format.kind], fieldNames(format).join(', ')]],
  )
  return tableLines([['topic', 'schema', 'fields'], ...rows])
}

const FORMATS: Readonly<Record<TopicFormat['kind'], string>> = {
  avro: 'Avro',
  json: 'JSON',
  original: 'as they came',
}

function fieldNames(format: Exclude<TopicFormat, { kind: 'original' }>): string[] {
  const { fields = [], properties = {} } = format.schema as {
    readonly fields?: readonly { readonly name: string }[]
    readonly properties?: object
  }
  return format.kind === 'avro' ? fields.map(field => field.name) : Object.keys(properties)
}
