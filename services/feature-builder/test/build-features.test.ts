import assert from 'node:assert/strict'
import { test } from 'node:test'
import pipeline, { customer, label, terminal, transaction } from '@millrace/card-fraud'
import { days, type EventRecord, type StageRecord, type VectorRecord } from '@millrace/core'
import { driveStage } from '@millrace/testkit'
import { createViewStage, type ViewInput } from '../src/build-features.ts'

const T = Date.UTC(2026, 0, 10, 12)

function paid(id: string, occurredAt: number, amount: number, features: readonly number[] = []): EventRecord {
  return {
    parent: { partition: 1, input: 0, via: 0, offset: 5 },
    origin: { partition: 0, offset: 9 },
    event: { transactionId: id, occurredAt, customerId: 'c1', terminalId: 't1', amount },
    lateByMs: 0,
    corrected: [],
    features,
    featureTimes: features.map(() => occurredAt),
    truncated: false,
    serving: true,
  }
}

function recordOf(
  record: EventRecord,
  offset: number,
  source = transaction as never,
  input = 0,
): StageRecord<ViewInput> {
  const { occurredAt, knownAt } = record.event as { occurredAt?: number; knownAt?: number }
  return {
    input,
    offset,
    eventTime: (occurredAt ?? knownAt)!,
    parent: { ...record.parent, offset },
    value: { source, record },
  }
}

test('an event counts itself and goes on to the next view, keyed by its entity', async () => {
  const records = [
    recordOf(paid('a', T - days(1), 5), 0),
    recordOf(paid('b', T - 1, 10), 1),
    recordOf(paid('c', T, 20), 2),
  ]
  const { outputs } = await driveStage({
    stage: createViewStage(pipeline, customer, 1),
    records,
    partition: 3,
  })
  assert.equal(outputs[2]!.topic, 'card-fraud.v1.transaction.terminal')
  assert.equal(outputs[2]!.key, 't1')
  const forwarded = outputs[2]!.value as EventRecord
  assert.deepEqual(forwarded.features, [2, 15, 3, 35 / 3, 3, 35 / 3])
  assert.deepEqual(forwarded.parent, { partition: 3, input: 0, via: 1, offset: 2 })
  assert.deepEqual(forwarded.origin, { partition: 0, offset: 9 })
})

test('what goes on says how late its event was in this view, by itself or for what was due before it', async () => {
  const late = { ...recordOf(paid('a', T - 9, 5), 0), lateByMs: 9 }
  const behind = recordOf(paid('b', T - 4, 10), 1)
  for (const view of [customer, terminal]) {
    const { outputs } = await driveStage({
      stage: createViewStage(pipeline, view, 1),
      records: [late, behind, recordOf(paid('c', T, 20), 2)],
    })
    assert.deepEqual(
      outputs.map(({ value }) => (value as EventRecord | VectorRecord).lateByMs),
      [9, 4, 0],
    )
  }
})

test('the last view publishes the vector in the order of the model, and a label only changes the state', async () => {
  const week = days(7)
  const labelled: EventRecord = {
    ...paid('old', 0, 0),
    event: { transactionId: 'old', knownAt: T, customerId: 'c9', terminalId: 't1', isFraud: true },
  }
  const records = [
    recordOf(paid('old', T - week, 1, [1, 2, 3, 4, 5, 6]), 0, transaction as never, 1),
    recordOf(labelled, 0, label as never, 0),
    recordOf(paid('now', T, 50, [1, 2, 3, 4, 5, 6]), 1, transaction as never, 1),
  ]
  const { outputs } = await driveStage({ stage: createViewStage(pipeline, terminal, 1), records })
  assert.deepEqual(
    outputs.map(({ topic, key }) => [topic, key]),
    [
      ['card-fraud.v1.vectors', 'c1'],
      ['card-fraud.v1.vectors', 'c1'],
    ],
  )
  const { vector } = outputs[1]!.value as { vector: number[] }
  assert.deepEqual(vector, [50, 1, 0, 1, 2, 3, 4, 5, 6, 1, 1, 1, 1, 1, 1])
})

test('a state lives as long as its view says, and on a fast clock a day of the wall clock longer', () => {
  const lifetimeAt = (speed: number): number => createViewStage(pipeline, customer, speed).stateTtl
  assert.equal(lifetimeAt(1), days(31))
  assert.equal(lifetimeAt(3_100), days(0.01) + days(1))
  assert.equal(lifetimeAt(0.5), days(62))
})
