import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rawEventSchema, topics } from '@millrace/core'
import { avroTypeOf } from '@millrace/platform'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { produce, type RawRecord } from '../harness/raw-topics.ts'
import { readPredictions } from '../harness/read-predictions.ts'
import { readTopic } from '../harness/read-topic.ts'

const good = (id: string, change: object = {}) => ({
  transactionId: id,
  occurredAt: TEST_NOW - 60_000,
  customerId: 'c1',
  terminalId: 't1',
  amount: 12.5,
  ...change,
})

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const framed = (schemaId: number, datum: Buffer): Buffer => {
  const header = Buffer.alloc(5)
  header.writeInt32BE(schemaId, 1)
  return Buffer.concat([header, datum])
}

/** Every record that must be refused, by the reason it must be given. */
function badRecords(labelSchemaId: number): [reason: string, value: Buffer | null][] {
  const { amount: _, ...withoutAmount } = good('no-amount')
  return [
    ['MALFORMED_JSON', Buffer.from('this is no JSON')],
    ['NOT_AN_OBJECT', json([1, 2, 3])],
    ['SCHEMA_UNKNOWN', framed(987_654, Buffer.from('any bytes'))],
    ['AVRO_MALFORMED', framed(labelSchemaId, Buffer.from([0xff]))],
    ['FIELD_MISSING', json(withoutAmount)],
    ['FIELD_MISSING', json(good('empty-customer', { customerId: ' ' }))],
    ['TYPE_MISMATCH', json(good('text-amount', { amount: 'abc' }))],
    ['TYPE_MISMATCH', json(good('number-customer', { customerId: 7 }))],
    ['OUT_OF_RANGE', json(good('negative-amount', { amount: -1 }))],
    ['MALFORMED_JSON', Buffer.from(JSON.stringify(good('nan-amount')).replace('12.5', 'NaN'))],
    ['OUT_OF_RANGE', Buffer.from(JSON.stringify(good('huge-amount')).replace('12.5', '1e999'))],
    ['TIMESTAMP_OUT_OF_BOUNDS', json(good('year-1970', { occurredAt: 0 }))],
    ['TIMESTAMP_OUT_OF_BOUNDS', json(good('year-3000', { occurredAt: Date.UTC(3000, 0) }))],
    ['EMPTY_VALUE', Buffer.alloc(0)],
    ['NULL_VALUE', null],
    ['RECORD_TOO_LARGE', json(good('large', { terminalId: 'x'.repeat(2_000_000) }))],
  ]
}

test('bad records are dead-lettered with their bytes and a reason, and the rest flows on', async t => {
  const deployment = await Deployment.start(t, { order: 'arrival' })
  await deployment.run('ingestor', 'feature-builder', 'scorer')
  const { kafka, directory, pipeline } = deployment
  const [transaction, label] = pipeline.events
  const labelSchemaId = await directory.idOf(`${label!.topic}-value`, rawEventSchema(label!))
  const schemaId = await directory.idOf(`${transaction!.topic}-value`, rawEventSchema(transaction!))
  const avro = framed(schemaId, avroTypeOf(rawEventSchema(transaction!)).toBuffer(good('good-avro')))

  const bad = badRecords(labelSchemaId)
  const values = [
    json(good('good-first')),
    avro,
    ...bad.map(([, value]) => value),
    json(good('good-first')),
    json(good('good-last')),
  ]
  const headers = { source: 'test' }
  const records = values.map(
    (value): RawRecord => ({ topic: transaction!.topic, partition: 0, key: 'c1', value, headers }),
  )
  await produce(kafka, records)

  await t.test('good events in JSON and Avro are scored', async () => {
    const predictions = await readPredictions(deployment, 3)
    assert.deepEqual([...predictions.keys()].sort(), ['good-avro', 'good-first', 'good-last'])
    assert.equal(predictions.get('good-last')!.features['customer_count_1d'], 3)
  })

  await t.test(
    'each bad record is in the dead-letter topic as it came, with its reason and where it was',
    async () => {
      const expected = [
        ...bad.map(([reason, value], i) => ({ reason, value, offset: String(i + 2) })),
        { reason: 'DUPLICATE', value: null, offset: String(bad.length + 2) },
      ]
      const dead = await readTopic(
        kafka,
        topics.deadLetterTopic(transaction!),
        messages => messages.length >= expected.length,
      )
      const found = dead.map(({ value, headers: given }) => ({
        reason: String(given!['millrace-reason']),
        value,
        offset: String(given!['millrace-offset']),
      }))
      assert.deepEqual(found, expected)
      for (const { key, headers: given } of dead) {
        assert.equal(String(key), 'c1')
        assert.equal(String(given!['source']), 'test')
        assert.equal(String(given!['millrace-topic']), transaction!.topic)
        assert.equal(String(given!['millrace-partition']), '0')
      }
    },
  )

  await t.test('reasons are counted, and every service is still up', async () => {
    const [ingestor] = deployment.services
    const metrics = await (await fetch(`${ingestor!.url}/metrics`)).text()
    for (const [reason, count] of Map.groupBy(bad, ([name]) => name)) {
      assert.match(
        metrics,
        new RegExp(
          `dead_letter_records_total{topic="transactions",reason="${reason}"[^}]*} ${count.length}\\n`,
        ),
      )
    }
    for (const service of deployment.services) await service.ready()
  })

  await t.test('POST /v1/score answers the same events with 4xx and an error, never with 500', async () => {
    const scorer = deployment.services.find(service => service.name === 'scorer')!
    for (const [reason, value] of bad) {
      const response = await fetch(`${scorer.url}/v1/score`, {
        method: 'POST',
        ...(value === null ? {} : { body: new Uint8Array(value) }),
      })
      const body = (await response.json()) as { error?: unknown }
      assert.ok(response.status >= 400 && response.status < 500, `${reason}: ${response.status}`)
      assert.equal(typeof body.error, 'string', reason)
    }
  })
})
