import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EraseRecord, type EventRecord, eraseMessage, type Parent } from '@millrace/core'
import type { AvroSerde } from '../../src/registry/avro-serde.ts'
import { avroInput } from '../../src/service/inputs.ts'
import type { RawMessage } from '../../src/stage/stage-input.ts'

const parent: Parent = { partition: 1, input: 0, via: 2, offset: 30 }

/** Reads any value as an event at 5 ms that was late by 3, as a real serde does, that takes no null for one. */
const serde = {
  async prepare() {},
  decode(value: Buffer | null) {
    if (value === null) throw new Error('no value')
    return { parent, event: { at: 5 }, lateByMs: 3 }
  },
} as unknown as AvroSerde<EventRecord>

const options = {
  topic: 'visits.clean',
  upstream: { stage: 'ingest-visit', partitions: 1 },
  eventTimeOf: ({ event }: EventRecord) => event['at'] as number,
  toValue: () => 'event',
}
const input = avroInput<EventRecord, unknown>(serde, { ...options, toErase: erase => erase })

function messageOf(erase: EraseRecord): RawMessage {
  const { key, value, headers } = eraseMessage(erase)
  const bytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])
  return { key: Buffer.from(key), value, headers: Object.fromEntries(bytes), offset: 0, timestamp: 0 }
}

test('an erase record among events keeps its parent and its time; one by command has no offset and no time', async () => {
  const byStage = {
    entity: 'ü7',
    views: ['a', 'b'],
    eventTime: 9,
    parent,
    origin: { partition: 0, offset: 3 },
  }
  const byCommand = { entity: '8', views: ['a'] }
  const event = { key: null, value: Buffer.from('x'), headers: {}, offset: 1, timestamp: 0 }
  assert.deepStrictEqual(await input.decode([messageOf(byStage), event, messageOf(byCommand)]), [
    { parent, eventTime: 9, value: byStage },
    { parent, eventTime: 5, lateByMs: 3, value: 'event' },
    { parent: { partition: 65_535, input: 0, via: 0 }, eventTime: -Infinity, value: byCommand },
  ])
})

test('a null that asks for nothing is no record of an inner topic', async () => {
  const message = messageOf({ entity: '8', views: ['a'] })
  const faults = [{ headers: {} }, { key: null }, { headers: { 'millrace-erase': Buffer.from('{') } }]
  for (const fault of faults)
    await assert.rejects(async () => input.decode([{ ...message, ...fault }]), { code: 'RECORD_UNREADABLE' })
  await assert.rejects(async () => avroInput(serde, options).decode([message]), { message: 'no value' })
})
