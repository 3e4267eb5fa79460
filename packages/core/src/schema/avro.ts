import type { EventType } from '../define/event-type.ts'
import { featureKindOf } from '../define/feature-kind.ts'
import type { Field } from '../define/field.ts'
import { type Pipeline, routeOf } from '../define/pipeline.ts'

/** An Avro schema as JSON. */
export type AvroSchema = string | readonly AvroSchema[] | { readonly [attribute: string]: unknown }

const AVRO_TYPES: Record<Field['kind'], AvroSchema> = {
  text: 'string',
  double: 'double',
  money: 'double',
  integer: 'long',
  flag: 'boolean',
  timestamp: { type: 'long', logicalType: 'timestamp-millis' },
}

const PARENT: AvroSchema = {
  type: 'record',
  name: 'Parent',
  fields: [
    { name: 'partition', type: 'int' },
    { name: 'input', type: 'int' },
    { name: 'via', type: 'int' },
    { name: 'offset', type: 'long' },
  ],
}

const ORIGIN: AvroSchema = {
  type: 'record',
  name: 'Origin',
  fields: [
    { name: 'partition', type: 'int' },
    { name: 'offset', type: 'long' },
  ],
}

/** Schema of an event type as producers send it. A field with a default, and an optional one, may be left out. */
export function rawEventSchema(event: EventType): AvroSchema {
  return eventSchema(event, (name, field) => ({
    name,
    doc: field.description,
    ...typeOf(field, field.optional || field.default !== undefined),
  }))
}

/** Schema of an `EventRecord`: a clean event on its way through the builder stages. */
export function eventRecordSchema(pipeline: Pipeline, event: EventType): AvroSchema {
  return {
    type: 'record',
    name: `${pascalCase(event.name)}Record`,
    namespace: avroNamespace(pipeline.name),
    fields: [
      ...provenance(event),
      { name: 'corrected', type: { type: 'array', items: 'string' } },
      { name: 'features', type: { type: 'array', items: featureType(pipeline) } },
      ...evaluation(),
    ],
  }
}

/** Doubles alone are written and read faster than a choice of types, so texts are let in only where there are any. */
function featureType({ views, scored }: Pipeline): AvroSchema {
  const features = routeOf({ views }, scored).flatMap(view => Object.values(view.features))
  const hasTexts = features.some(feature => featureKindOf(feature) === 'text')
  return hasTexts ? ['null', 'double', 'string'] : 'double'
}

/** Schema of a `VectorRecord`: the complete input of the model for one event. */
export function vectorRecordSchema(pipeline: Pipeline): AvroSchema {
  return {
    type: 'record',
    name: 'VectorRecord',
    namespace: avroNamespace(pipeline.name),
    doc: `Model inputs in order: ${pipeline.model.inputs.join(', ')}`,
    fields: [
      ...provenance(pipeline.scored),
      { name: 'vector', type: { type: 'array', items: 'double' } },
      ...evaluation(),
    ],
  }
}

function provenance(event: EventType): readonly AvroSchema[] {
  const values = eventSchema(event, (name, field) => ({ name, ...typeOf(field, field.optional) }))
  return [
    { name: 'parent', type: PARENT },
    { name: 'origin', type: ORIGIN },
    { name: 'event', type: values },
    { name: 'lateByMs', type: 'long', default: 0 },
  ]
}

function evaluation(): readonly AvroSchema[] {
  return [
    { name: 'featureTimes', type: { type: 'array', items: ['null', 'long'] } },
    { name: 'truncated', type: 'boolean' },
    { name: 'serving', type: 'boolean', default: true },
  ]
}

function eventSchema(event: EventType, fieldSchema: (name: string, field: Field) => AvroSchema): AvroSchema {
  const fields = Object.entries<Field>(event.fields).map(([name, field]) => fieldSchema(name, field))
  return { type: 'record', name: pascalCase(event.name), fields }
}

function typeOf({ kind }: Field, nullable: boolean): object {
  return nullable ? { type: ['null', AVRO_TYPES[kind]], default: null } : { type: AVRO_TYPES[kind] }
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|[-_])(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function avroNamespace(name: string): string {
  return `millrace.${name.replaceAll('-', '_')}`
}
