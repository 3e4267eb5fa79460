import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  count,
  days,
  defineEvent,
  defineFeatureView,
  defineModel,
  defineMonitor,
  defineOnDemand,
  definePipeline,
  integer,
  parseErase,
  type StageRecord,
  text,
  timestamp,
} from '@millrace/core'
import type { RawMessage, SchemaDirectory } from '@millrace/platform'
import { driveStage } from '@millrace/testkit'
import { createIngestStage } from '../src/ingest.ts'
import { createRawReader, type RawRecord } from '../src/read-raw.ts'

const NOW = Date.UTC(2026, 0, 10)

const visit = defineEvent({
  name: 'visit',
  topic: 'visits',
  key: 'visitor',
  id: 'visitId',
  eventTime: 'at',
  tombstones: 'erase',
  fields: {
    visitId: text('id'),
    at: timestamp('when'),
    visitor: integer('who'),
    page: text('what'),
  },
})
const window = { window: days(1) }
const page = defineFeatureView({
  name: 'page',
  entity: 'page',
  sources: [visit],
  features: { page_count_1d: count(visit, window) },
})
const visitor = defineFeatureView({
  name: 'visitor',
  entity: 'visitor',
  sources: [visit],
  features: { visitor_count_1d: count(visit, window) },
})
const onDemand = defineOnDemand({ source: visit, features: { one: () => 1 } })
const pipeline = definePipeline({
  name: 'visits',
  events: [visit],
  views: [page, visitor],
  onDemand,
  model: defineModel({
    name: 'm',
    path: 'models',
    features: [onDemand],
    inputs: ['one'],
    decisions: [],
  }),
  monitor: defineMonitor({ window: days(1) }),
})

const read = createRawReader('visits', visit, {} as SchemaDirectory, () => NOW)

async function recordsOf(
  messages: readonly Omit<RawMessage, 'offset' | 'headers' | 'timestamp'>[],
): Promise<StageRecord<RawRecord>[]> {
  const stored = messages.map((message, offset) => ({ ...message, offset, headers: {}, timestamp: 5 }))
  const decoded = await read(stored)
  return decoded.map((record, offset) => ({ ...record, input: 0, offset }) as StageRecord<RawRecord>)
}

function visited(at: number, visitId: string) {
  const value = Buffer.from(JSON.stringify({ visitId, at, visitor: 7, page: 'p' }))
  return { key: Buffer.from('7'), value }
}

const tombstone = (key: string | null) => ({ key: key === null ? null : Buffer.from(key), value: null })

test('a declared tombstone goes on to the views that its key names, just behind the newest event before it', async () => {
  const messages = [visited(NOW, 'a'), visited(NOW - 9, 'b'), tombstone('7'), visited(NOW - 5, 'c')]
  const stage = createIngestStage(pipeline, visit, 1)
  const { outputs, states } = await driveStage({ stage, records: await recordsOf(messages), partition: 2 })
  const { topic, key, value, headers } = outputs[2]!
  assert.deepEqual([topic, key, value], ['visits.v1.visit.clean', '7', null])
  assert.deepEqual(parseErase('7', String(headers!['millrace-erase'])), {
    entity: '7',
    views: ['visitor'],
    eventTime: NOW + 0.5,
    parent: { partition: 2, input: 0, via: 0, offset: 2 },
    origin: { partition: 2, offset: 2 },
  })
  assert.deepEqual([...states.keys()], ['a', 'b', 'c'])
})

test('a tombstone makes no event behind it late, and has its turn at its place under strict order', async () => {
  const messages = [tombstone('3'), visited(NOW, 'a'), tombstone('7'), visited(NOW + 1, 'b'), tombstone('8')]
  let late = 0
  const stage = createIngestStage(pipeline, visit, 1, () => late++)
  const records = await recordsOf(messages)
  const { outputs } = await driveStage({ stage, records, order: 'strict' })
  assert.deepEqual(
    outputs.map(({ key, headers }) => headers && parseErase(String(key), String(headers['millrace-erase']))),
    [
      erasedAt('3', -8.64e15, 0),
      undefined,
      erasedAt('7', NOW + 0.5, 2),
      undefined,
      erasedAt('8', NOW + 1.5, 4),
    ],
  )
  assert.equal(late, 0)
})

function erasedAt(entity: string, eventTime: number, offset: number) {
  const parent = { partition: 0, input: 0, via: 0, offset }
  return { entity, views: ['visitor'], eventTime, parent, origin: { partition: 0, offset } }
}

test('a key is cleaned as its field is; a tombstone without one is dead-lettered', async () => {
  const messages = [tombstone('007'), tombstone('x7'), tombstone(null)]
  const stage = createIngestStage(pipeline, visit, 1)
  const { outputs } = await driveStage({ stage, records: await recordsOf(messages) })
  assert.deepEqual(
    outputs.map(({ topic, key, headers }) => [topic, key?.toString(), headers!['millrace-reason']]),
    [
      ['visits.v1.visit.clean', '7', undefined],
      ['visits.dlq', 'x7', 'NULL_VALUE'],
      ['visits.dlq', undefined, 'NULL_VALUE'],
    ],
  )
  assert.equal(
    outputs[1]!.headers!['millrace-message'],
    'The record has no value, and its key is no visitor: there is nothing to erase.',
  )
})

test('a tombstone that is not declared is dead-lettered, and told how to declare it', async () => {
  const readUndeclared = createRawReader(
    'visits',
    { ...visit, tombstones: 'dead-letter' },
    {} as SchemaDirectory,
    () => NOW,
  )
  const [record] = await readUndeclared([{ ...tombstone('7'), offset: 0, headers: {}, timestamp: 5 }])
  assert.deepEqual(record!.value!.cleaning, {
    ok: false,
    rejection: {
      reason: 'NULL_VALUE',
      message:
        "The record has no value. If it is to erase what is known of its key, declare the event type with tombstones: 'erase'.",
    },
  })
})

test('a watermark record that tells no time erases nothing', async () => {
  const headers = { 'millrace-watermark': Buffer.from('tomorrow') }
  const [record] = await read([{ ...tombstone('7'), headers, offset: 0, timestamp: 5 }])
  const { cleaning, erases } = record!.value!
  assert.deepEqual([cleaning?.ok, erases], [false, undefined])
})
