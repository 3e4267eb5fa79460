import assert from 'node:assert/strict'
import { test } from 'node:test'
import pipeline, { transaction } from '@millrace/card-fraud'
import {
  compileCleaning,
  days,
  defineEvent,
  type EventRecord,
  hours,
  type LatePolicy,
  positionOf,
  type StageRecord,
  text,
  timestamp,
} from '@millrace/core'
import { driveStage } from '@millrace/testkit'
import { createIngestStage } from '../src/ingest.ts'
import type { RawRecord } from '../src/read-raw.ts'

const NOW = Date.UTC(2026, 0, 10)

const raw = (id: string, occurredAt = NOW) => ({
  transactionId: id,
  occurredAt,
  customerId: 'c1',
  terminalId: 't1',
  amount: 10.005,
})

function recordOf(value: object, offset: number, type = transaction): StageRecord<RawRecord> {
  const cleaning = compileCleaning(type)(value, NOW)
  const message = {
    key: Buffer.from('c1'),
    value: Buffer.from(JSON.stringify(value)),
    headers: { source: Buffer.from('gateway') },
    offset,
    timestamp: 1767000000000,
  }
  const eventTime = cleaning.ok ? (cleaning.event[type.eventTime] as number) : Number.NEGATIVE_INFINITY
  return { input: 0, offset, eventTime, value: { message, cleaning } }
}

test('a clean event goes on keyed by the first entity on its way, with parent and origin', async () => {
  const stage = createIngestStage(pipeline, transaction, 1)
  const { outputs } = await driveStage({ stage, records: [recordOf(raw('a'), 7)], partition: 2 })
  assert.deepEqual(outputs, [
    {
      topic: 'card-fraud.v1.transaction.clean',
      key: 'c1',
      value: {
        parent: { partition: 2, input: 0, via: 0, offset: 7 },
        origin: { partition: 2, offset: 7 },
        event: { ...raw('a'), amount: 10.01 },
        lateByMs: 0,
        corrected: ['amount'],
        features: [],
        featureTimes: [],
        truncated: false,
        serving: true,
      },
    },
  ])
})

test('an event that came behind a later one says by how much', async () => {
  const records = [recordOf(raw('a'), 0), recordOf(raw('b', NOW - 7), 1), recordOf(raw('c', NOW + 1), 2)]
  const { outputs } = await driveStage({ stage: createIngestStage(pipeline, transaction, 1), records })
  assert.deepEqual(
    outputs.map(({ value }) => (value as EventRecord).lateByMs),
    [0, 7, 0],
  )
})

test('an id claimed by another record within the horizon is a duplicate, dead-lettered without its payload', async () => {
  const stage = createIngestStage(pipeline, transaction, 1)
  const { outputs } = await driveStage({ stage, records: [recordOf(raw('a'), 0), recordOf(raw('a'), 1)] })
  assert.deepEqual(outputs[1], {
    topic: 'transactions.dlq',
    key: Buffer.from('c1'),
    value: null,
    headers: {
      source: Buffer.from('gateway'),
      'millrace-reason': 'DUPLICATE',
      'millrace-message': 'Another record came with this id before.',
      'millrace-topic': 'transactions',
      'millrace-partition': '0',
      'millrace-offset': '1',
      'millrace-timestamp': '1767000000000',
    },
  })
})

test('a record at the offset of another one, in a topic that was made anew, is another record', async () => {
  const stage = createIngestStage(pipeline, transaction, 1)
  const anew = { ...recordOf(raw('a'), 0), offset: positionOf(1, 0) }
  const { outputs } = await driveStage({ stage, records: [recordOf(raw('a'), 0), anew] })
  const { headers } = outputs[1]!
  assert.deepEqual(
    [headers!['millrace-reason'], headers!['millrace-offset'], headers!['millrace-epoch']],
    ['DUPLICATE', '0', '1'],
  )
})

test('an id is free again beyond the horizon', async () => {
  const stage = createIngestStage(pipeline, transaction, 1)
  const records = [recordOf(raw('a', NOW - days(1) - 1), 0), recordOf(raw('a'), 1)]
  const { outputs } = await driveStage({ stage, records })
  assert.deepEqual(
    outputs.map(output => output.topic),
    ['card-fraud.v1.transaction.clean', 'card-fraud.v1.transaction.clean'],
  )
})

test('the same record handled again after a crash is no duplicate of itself', async () => {
  const stage = createIngestStage(pipeline, transaction, 1)
  const first = await driveStage({ stage, records: [recordOf(raw('a'), 3)] })
  const again = await driveStage({ stage, records: [recordOf(raw('a'), 3)], states: first.states })
  assert.deepEqual(again.outputs, first.outputs)
})

test('a record handled again does not mind that one behind it has its id by now', async () => {
  const stage = createIngestStage(pipeline, transaction, 1)
  const { states } = await driveStage({ stage, records: [recordOf(raw('a'), 4)] })
  const { outputs } = await driveStage({ stage, records: [recordOf(raw('a'), 3)], states })
  assert.equal(outputs[0]!.topic, 'card-fraud.v1.transaction.clean')
})

test('what a record claims before its step is what the step leaves, and nothing where it is refused', async () => {
  const late = { ...reading, late: 'dead-letter' as const }
  const stage = createIngestStage(pipeline, late, 1)
  const context = { partition: 0, emit() {}, tell() {} }
  for (const lateByMs of [0, hours(1), hours(1) + 1]) {
    const { value, ...rest } = recordOf({ id: 'r', at: NOW }, 5, reading as never)
    const record = { ...rest, value: value!, lateByMs }
    const claim = stage.claimOf!(record)
    assert.deepEqual(claim, stage.step(undefined, record, context))
    assert.equal(claim === undefined, lateByMs > hours(1))
  }
})

test('a refused record is dead-lettered as it came and claims nothing', async () => {
  const stage = createIngestStage(pipeline, transaction, 1)
  const record = recordOf({ ...raw('a'), amount: -1 }, 0)
  const { outputs, states } = await driveStage({ stage, records: [record] })
  assert.equal(outputs[0]!.topic, 'transactions.dlq')
  assert.equal(outputs[0]!.value, record.value!.message.value)
  assert.equal(outputs[0]!.headers!['millrace-reason'], 'OUT_OF_RANGE')
  assert.equal(states.size, 0)
})

test('each version passes on every event, and only that which serves decides and refuses', async () => {
  const records = [
    recordOf(raw('a'), 0),
    recordOf({ ...raw('b'), amount: -1 }, 1),
    { input: 0, offset: 2, eventTime: Number.NEGATIVE_INFINITY, servedBy: 2 },
    recordOf(raw('c'), 3),
    recordOf({ ...raw('d'), amount: -1 }, 4),
  ]
  const told = async (version: number, servedAtFirst?: number) => {
    const versioned = { ...pipeline, version }
    const first = { input: 0, offset: -1, eventTime: Number.NEGATIVE_INFINITY, servedBy: servedAtFirst }
    const stage = createIngestStage(versioned, transaction, 1)
    const all = servedAtFirst === undefined ? records : [first as StageRecord<RawRecord>, ...records]
    const { outputs } = await driveStage({ stage, records: all.map((r, offset) => ({ ...r, offset })) })
    return outputs.map(({ value }) =>
      value instanceof Uint8Array ? 'refused' : (value as EventRecord).serving,
    )
  }
  assert.deepEqual(await told(1), [true, 'refused', false])
  assert.deepEqual(await told(2, 1), [false, true, 'refused'])
  assert.deepEqual(await told(3, 1), [false, false])
})

const reading = defineEvent({
  name: 'reading',
  topic: 'readings',
  key: 'id',
  id: 'id',
  eventTime: 'at',
  fields: { id: text('id'), at: timestamp('when') },
})

/** One in time, one as late as the grace allows, one beyond it, and its id once more: what becomes of them. */
async function lateEvents(
  late: LatePolicy,
): Promise<{ outputs: unknown[]; counted: number; last: unknown[] }> {
  let counted = 0
  const stage = createIngestStage(pipeline, { ...reading, late }, 1, () => counted++)
  const times = [NOW, NOW - hours(1), NOW - hours(1) - 1]
  const records = times.map((at, offset) => recordOf({ id: `r${offset}`, at }, offset, reading as never))
  const again = recordOf({ id: 'r2', at: NOW }, 3, reading as never)
  const { outputs, outcomes } = await driveStage({ stage, records: [...records, again] })
  return {
    outputs: outputs.map(({ topic, headers }) => [topic, headers?.['millrace-reason']]),
    counted,
    last: outcomes.slice(2),
  }
}

test('late events are processed, dropped or dead-lettered, as the declaration says, and counted', async () => {
  const clean = ['card-fraud.v1.reading.clean', undefined]
  const repeated = ['readings.dlq', 'DUPLICATE']
  assert.deepEqual(await lateEvents('process'), {
    outputs: [clean, clean, clean, repeated],
    counted: 1,
    last: ['ok', 'duplicate'],
  })
  assert.deepEqual(await lateEvents('drop'), {
    outputs: [clean, clean, repeated],
    counted: 1,
    last: ['late', 'duplicate'],
  })
  assert.deepEqual(await lateEvents('dead-letter'), {
    outputs: [clean, clean, ['readings.dlq', 'LATE'], clean],
    counted: 1,
    last: ['late', 'ok'],
  })
})
