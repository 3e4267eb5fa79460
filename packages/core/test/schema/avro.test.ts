import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  defineEvent,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  double,
  eventRecordSchema,
  rawEventSchema,
  text,
  timestamp,
} from '../../src/index.ts'

const reading = defineEvent({
  name: 'reading',
  topic: 'readings',
  key: 'sensor',
  id: 'id',
  eventTime: 'at',
  fields: {
    id: text('id'),
    at: timestamp('time'),
    sensor: text('sensor'),
    temperature: double('degrees', { optional: true }),
    site: text('site', { default: 'unknown' }),
  },
})
const onDemand = defineOnDemand({ source: reading, features: { always: () => 1 } })
const pipeline = definePipeline({
  name: 'test',
  events: [reading],
  views: [],
  onDemand,
  model: defineModel({ name: 'm', path: 'models', features: [onDemand], inputs: ['always'], decisions: [] }),
  monitor: defineMonitor({ window: 1 }),
})

interface Record {
  readonly fields: readonly { readonly name: string; readonly type: unknown }[]
}

test('producers may leave out an optional field and one with a default', () => {
  const { fields } = rawEventSchema(reading) as unknown as Record
  assert.deepStrictEqual(fields.slice(2), [
    { name: 'sensor', doc: 'sensor', type: 'string' },
    { name: 'temperature', doc: 'degrees', type: ['null', 'double'], default: null },
    { name: 'site', doc: 'site', type: ['null', 'string'], default: null },
  ])
})

test('a clean event has null only where a field is optional', () => {
  const { fields } = eventRecordSchema(pipeline, reading) as unknown as Record
  const event = fields.find(({ name }) => name === 'event')!.type as Record
  assert.deepStrictEqual(event.fields.slice(2), [
    { name: 'sensor', type: 'string' },
    { name: 'temperature', type: ['null', 'double'], default: null },
    { name: 'site', type: 'string' },
  ])
})

test('features that are all numbers are an array of doubles', () => {
  const { fields } = eventRecordSchema(pipeline, reading) as unknown as Record
  assert.deepStrictEqual(fields.find(({ name }) => name === 'features')!.type, {
    type: 'array',
    items: 'double',
  })
})
