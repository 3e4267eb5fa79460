import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { label } from '@millrace/card-fraud'
import { simulate } from '@millrace/card-fraud/simulator'
import {
  days,
  type EventRecord,
  type Prediction,
  partitionOf,
  topics,
  type VectorRecord,
} from '@millrace/core'
import { TopicSerdes } from '@millrace/platform'
import { readVectors } from '../harness/backfill-files.ts'
import { Deployment, TEST_NOW } from '../harness/deployment.ts'
import { produce } from '../harness/raw-topics.ts'
import { readPredictions } from '../harness/read-predictions.ts'
import { readTopic } from '../harness/read-topic.ts'
import { produceReplay } from '../harness/replay.ts'

const SIMULATION = { seed: 5, customers: 40, terminals: 60, start: TEST_NOW - days(40), days: 30 }

test('what ran is recomputed, requested and explained to the same values, and what was altered is found', async t => {
  const events = [...simulate(SIMULATION)]
  const shown = events.flatMap(item => (item.type === 'transaction' ? [item.event] : []))
  const deployment = await Deployment.start(t, { order: 'strict' })
  await produceReplay(deployment, events)
  const services = await deployment.run('ingestor', 'feature-builder', 'scorer')
  const predictions = await readPredictions(deployment, shown.length)
  await deployment.settled()
  const run = (...args: readonly string[]) => deployment.millrace(...args)

  await t.test('a backfill of the clean topics equals the stream, bit for bit', async t => {
    const folder = await mkdtemp(join(tmpdir(), 'millrace-inspect-'))
    t.after(() => rm(folder, { recursive: true }))
    const output = join(folder, 'vectors')
    const { code, stderr } = await run('backfill', '--input', 'topic:', '--output', output, '--workers', '2')
    assert.equal(code, 0, stderr)
    const rows = await readVectors(output)
    assert.equal(rows.length, predictions.size)
    for (const row of rows) assertSameInputs(deployment, row, predictions)
  })

  await t.test('parity finds nothing', async () => {
    const { url } = services.find(({ name }) => name === 'scorer')!
    const { code, stdout, stderr } = await run('parity', '--scorer', url, '--requests', '5')
    assert.deepEqual(
      [code, stdout],
      [
        0,
        `logged = recomputed: ${shown.length} vectors compared, 0 differ.\nlogged = requested: 5 vectors compared, 0 differ.\n`,
      ],
      stderr,
    )
  })

  await t.test('a value is explained by its events, and is the one that was served', async () => {
    const { customerId, occurredAt, transactionId } = shown.at(-1)!
    const asked = ['--view', 'customer', '--feature', 'customer_mean_amount_7d', '--at', String(occurredAt)]
    const { code, stdout, stderr } = await run('features', 'explain', customerId, ...asked, '--json')
    assert.equal(code, 0, stderr)
    const explained = JSON.parse(stdout)
    const value = predictions.get(transactionId)!.features['customer_mean_amount_7d']
    assert.deepEqual([explained.served, explained.recomputed], [{ value, truncated: false }, value])
    const ofCustomer = shown.filter(event => event.customerId === customerId)
    assert.deepEqual(
      explained.events,
      ofCustomer.map(event => ({
        time: event.occurredAt,
        id: event.transactionId,
        value: event.amount,
        part: event.occurredAt > occurredAt - days(7) ? 'counts' : 'outside',
      })),
    )
    const text = await run('features', 'explain', customerId, ...asked)
    assert.match(text.stdout, /^customer\.customer_mean_amount_7d \(mean over 7 days\) of customerId /)
    assert.match(text.stdout, new RegExp(`\\n\\S+ +${transactionId} +\\S+ +counts\\n`))
  })

  await Promise.all(services.map(service => service.stop()))
  await t.test('an altered vector and a label that no vector knew are found, with their events', async () => {
    const vector = await alterVector(deployment, shown.length)
    const found = await run('parity')
    assert.equal(found.code, 1)
    assert.match(found.stdout, new RegExp(`^transaction ${vector.event['transactionId']} at `, 'm'))
    assert.match(found.stdout, /^customer_count_1d +1000 +\d+$/m)
    assert.match(found.stdout, new RegExp(`^ {2}\\S+ +${vector.event['transactionId']} +counts$`, 'm'))
    assert.match(found.stdout, new RegExp(`: ${shown.length + 1} vectors compared, 1 differ\\.$`, 'm'))
    await addLabel(deployment, vector)
    const more = await run('parity', '--show', '1000')
    assert.equal(more.code, 1)
    assert.match(more.stdout, /^ {2}\S+ +never-investigated +true +counts$/m)
  })
})

function assertSameInputs(
  { pipeline }: Deployment,
  row: Readonly<Record<string, unknown>>,
  predictions: ReadonlyMap<string, Prediction>,
): void {
  const { features } = predictions.get(String(row['transactionId']))!
  for (const name of pipeline.model.inputs)
    assert.ok(Object.is(row[name], features[name] ?? Number.NaN), `${row['transactionId']} ${name}`)
}

/** Logs one of the vectors again with another value, as of a stage partition that is none. */
async function alterVector(
  { kafka, directory, pipeline }: Deployment,
  logged: number,
): Promise<VectorRecord> {
  const topic = topics.vectorsTopic(pipeline)
  const serde = await new TopicSerdes(pipeline, directory).vectors(topic)
  const messages = await readTopic(kafka, topic, ({ length }) => length >= logged)
  const { value, partition } = messages.at(-1)!
  await serde.prepare([value])
  const record = serde.decode(value)
  const at = pipeline.model.inputs.indexOf('customer_count_1d')
  const vector = record.vector.with(at, 1_000)
  const parent = { ...record.parent, partition: 99 }
  await produce(kafka, [{ topic, partition, value: serde.encode({ ...record, parent, vector }) }])
  return record
}

/** Adds a label to the clean ones that came to the terminal of a vector a day before it. */
async function addLabel(
  { kafka, directory, pipeline, stagePartitions }: Deployment,
  { event, origin }: VectorRecord,
): Promise<void> {
  const topic = topics.cleanTopic(pipeline, label)
  const serde = await new TopicSerdes(pipeline, directory).eventRecords(topic, label)
  const terminalId = String(event['terminalId'])
  const record: EventRecord = {
    parent: { partition: 99, input: 0, via: 0, offset: 0 },
    origin,
    event: {
      ...{ transactionId: 'never-investigated', customerId: event['customerId']!, terminalId },
      ...{ knownAt: Number(event['occurredAt']) - days(1) / 2, isFraud: true },
    },
    lateByMs: 0,
    corrected: [],
    features: [],
    featureTimes: [],
    truncated: false,
    serving: true,
  }
  const partition = partitionOf(terminalId, stagePartitions)
  await produce(kafka, [{ topic, partition, key: terminalId, value: serde.encode(record) }])
}
