import assert from 'node:assert/strict'
import { test } from 'node:test'
import pipeline, { customer, label, terminal, transaction } from '@millrace/card-fraud'
import {
  BY_COMMAND,
  type EraseRecord,
  type EventRecord,
  parseErase,
  type StageOrder,
  type StageRecord,
} from '@millrace/core'
import { driveStage } from '@millrace/testkit'
import { createViewStage, type ViewInput } from '../src/build-features.ts'

const T = Date.UTC(2026, 0, 10, 12)

function paid(offset: number, customerId = 'c1', eventTime = T + offset): StageRecord<ViewInput> {
  const record: EventRecord = {
    parent: { partition: 1, input: 0, via: 0, offset },
    origin: { partition: 0, offset },
    event: { transactionId: `t${offset}`, occurredAt: eventTime, customerId, terminalId: 't1', amount: 8 },
    lateByMs: 0,
    corrected: [],
    features: [],
    featureTimes: [],
    truncated: false,
    serving: true,
  }
  return { input: 0, offset, eventTime, parent: record.parent, value: { source: transaction, record } }
}

function erased(offset: number, erase: Partial<EraseRecord>): StageRecord<ViewInput> {
  const record = { entity: 'c1', views: ['customer'], ...erase }
  const { parent = BY_COMMAND, eventTime = Number.NEGATIVE_INFINITY } = record
  return { input: 0, offset, eventTime, parent, value: { source: transaction, erase: record } }
}

/** The count that each event had. */
async function countsOf(
  records: readonly StageRecord<ViewInput>[],
  order: StageOrder = 'arrival',
): Promise<unknown[]> {
  const { outputs } = await driveStage({ stage: createViewStage(pipeline, customer, 1), records, order })
  return outputs.map(({ value }) => (value as EventRecord).features[0])
}

test('an erased entity has no state, and counts from zero afterwards; others keep theirs', async () => {
  const before = [paid(0), paid(1, 'c2'), paid(2), erased(3, {})]
  const stage = createViewStage(pipeline, customer, 1)
  const { states } = await driveStage({ stage, records: before })
  assert.deepEqual([...states.keys()], ['c2'])
  assert.deepEqual(await countsOf([...before, paid(4), paid(5, 'c2'), paid(6)]), [1, 1, 2, 1, 2, 2])
})

test('a record for another view changes nothing, and goes on to it keyed by its entity', async () => {
  const parent = { partition: 4, input: 0, via: 0, offset: 1 }
  const asked = { entity: 't1', views: ['terminal'], eventTime: T, parent }
  const stage = createViewStage(pipeline, customer, 1)
  const records = [paid(0), erased(1, asked)]
  const { outputs, states } = await driveStage({ stage, records, partition: 6 })
  assert.deepEqual([...states.keys()], ['c1'])
  const { topic, key, value, headers } = outputs[1]!
  assert.deepEqual([topic, key, value], ['card-fraud.v1.transaction.terminal', 't1', null])
  assert.deepEqual(parseErase('t1', String(headers!['millrace-erase'])), {
    ...asked,
    parent: { partition: 6, input: 0, via: 4, offset: 1 },
  })
})

test('nothing leaves the last view that is asked', async () => {
  for (const [view, source] of [
    [terminal, transaction],
    [terminal, label],
    [customer, transaction],
  ] as const) {
    const record = erased(0, { views: [view.name] })
    const value: ViewInput = { source, erase: (record.value as { erase: EraseRecord }).erase }
    const stage = createViewStage(pipeline, view, 1)
    assert.deepEqual((await driveStage({ stage, records: [{ ...record, value }] })).outputs, [])
  }
})

test('under strict order a tombstone takes its turn by its time, and one by command at once', async () => {
  const other = { partition: 7, input: 0, via: 0, offset: 0 }
  const late = erased(0, { eventTime: T + 3, parent: other })
  const records = [late, ...[1, 2, 3, 4].map(offset => paid(offset))]
  assert.deepEqual(await countsOf(records, 'strict'), [1, 2, 3, 1])
  const byCommand = erased(5, {})
  assert.deepEqual(await countsOf([...records.slice(1), byCommand], 'strict'), [1, 2, 3, 4])
})
