import assert from 'node:assert/strict'
import { test } from 'node:test'
import { transaction } from '@millrace/card-fraud'
import { MillraceError, rawEventSchema } from '@millrace/core'
import { avroTypeOf, type RawMessage, type SchemaDirectory } from '@millrace/platform'
import { createRawReader } from '../src/read-raw.ts'

const NOW = Date.UTC(2026, 0, 10)
const GOOD = { transactionId: 'a', occurredAt: NOW, customerId: 'c', terminalId: 't', amount: 1 }
const TYPE = avroTypeOf(rawEventSchema(transaction))

function directoryThat(find: (id: number) => Promise<unknown>): SchemaDirectory {
  return { known: () => undefined, find } as unknown as SchemaDirectory
}

const directory = directoryThat(async id => (id === 1 ? TYPE : undefined))

function messageOf(value: Buffer | null, headers: RawMessage['headers'] = {}): RawMessage {
  return { key: null, value, headers, offset: 0, timestamp: 0 }
}

const framed = (id: number, datum: Buffer): Buffer => Buffer.concat([Buffer.from([0, 0, 0, 0, id]), datum])

async function readOne(message: RawMessage, from = directory) {
  const [record] = await createRawReader('card-fraud', transaction, from, () => NOW)([message])
  return record!
}

test('plain JSON and framed Avro give the same clean event', async () => {
  for (const value of [Buffer.from(JSON.stringify(GOOD)), framed(1, TYPE.toBuffer(GOOD))]) {
    const { eventTime, value: record } = await readOne(messageOf(value))
    assert.equal(eventTime, NOW)
    assert.deepEqual(record!.cleaning, { ok: true, event: GOOD, corrected: [] })
  }
})

test('a watermark record carries a time and no event', async () => {
  assert.deepEqual(await readOne(messageOf(null, { 'millrace-watermark': Buffer.from('1767000000000') })), {
    eventTime: 1767000000000,
  })
  assert.deepEqual(await readOne(messageOf(null, { 'millrace-watermark': Buffer.from('end') })), {
    eventTime: Infinity,
  })
})

test('a switch record names the version that serves; of another pipeline it says nothing', async () => {
  const told = async (serving: string) =>
    readOne(messageOf(null, { 'millrace-serving': Buffer.from(serving) }))
  assert.deepEqual(await told('card-fraud.v2'), { eventTime: -Infinity, servedBy: 2 })
  for (const other of ['shop.v2', 'card-fraud.v0', 'card-fraud.v2x', 'card-fraud', ''])
    assert.deepEqual(await told(other), { eventTime: -Infinity })
})

test('a watermark that is no time is a null value', async () => {
  const { value } = await readOne(messageOf(null, { 'millrace-watermark': Buffer.from('tomorrow') }))
  assert.equal(value!.cleaning?.ok, false)
})

test('a schema that the registry does not know rejects the record', async () => {
  const { value } = await readOne(messageOf(framed(9, Buffer.from('x'))))
  assert.deepEqual(value!.cleaning, {
    ok: false,
    rejection: { reason: 'SCHEMA_UNKNOWN', message: 'The registry has no schema with id 9.' },
  })
})

test('trouble with the registry is no fault of the record: it is thrown, to be tried again', async () => {
  const broken = directoryThat(async () => {
    throw new MillraceError('REGISTRY_UNAVAILABLE', 'no answer')
  })
  await assert.rejects(readOne(messageOf(framed(1, TYPE.toBuffer(GOOD))), broken), {
    code: 'REGISTRY_UNAVAILABLE',
  })
})
