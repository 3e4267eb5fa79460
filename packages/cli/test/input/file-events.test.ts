import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileEvents, type RowEvents } from '../../src/input/file-events.ts'
import type { InputRow } from '../../src/input/row.ts'
import { surveyInput } from '../../src/input/survey-input.ts'
import { collect, temporaryFile } from './files.ts'

/** Labels are known 10 ms after their transaction. */
function toEvents({ at, fraud }: InputRow): RowEvents {
  const knownAt = typeof at === 'number' ? at + 10 : at
  return fraud === undefined
    ? { transaction: { occurredAt: at } }
    : { transaction: { occurredAt: at }, label: { knownAt } }
}

function fileOf(t: TestContext, rows: readonly object[]): Promise<string> {
  return temporaryFile(t, 'rows.ndjson', rows.map(row => JSON.stringify(row)).join('\n'))
}

async function eventsOf(t: TestContext, rows: readonly object[]): Promise<string[]> {
  const events = await collect(fileEvents(await fileOf(t, rows), toEvents))
  return events.map(({ type, eventTime }) => `${type} ${eventTime}`)
}

test('a label comes when it is known, before a transaction of the same time, and the rest at the end', async t => {
  const rows = [{ at: 1, fraud: 0 }, { at: 5, fraud: 1 }, { at: 11 }, { at: 14, fraud: 0 }, { at: 15 }]
  assert.deepStrictEqual(await eventsOf(t, rows), [
    'transaction 1',
    'transaction 5',
    'label 11',
    'transaction 11',
    'transaction 14',
    'label 15',
    'transaction 15',
    'label 24',
  ])
})

test('an event carries what was made of the row', async t => {
  const events = await collect(fileEvents(await fileOf(t, [{ at: 1, fraud: 0 }]), toEvents))
  assert.deepStrictEqual(events, [
    { type: 'transaction', event: { occurredAt: 1 }, eventTime: 1 },
    { type: 'label', event: { knownAt: 11 }, eventTime: 11 },
  ])
})

test('transactions keep the order of the file, and labels the order of their times', async t => {
  const rows = [{ at: 30, fraud: 0 }, { at: 10, fraud: 0 }, { at: 20, fraud: 0 }, { at: 60 }]
  assert.deepStrictEqual(await eventsOf(t, rows), [
    'transaction 30',
    'transaction 10',
    'label 20',
    'transaction 20',
    'label 30',
    'label 40',
    'transaction 60',
  ])
})

test('a row without a readable time is passed on in its place, its label at once', async t => {
  const rows = [{ at: 1, fraud: 0 }, { at: 'noon', fraud: 0 }, { oops: 1 }, { at: 20 }]
  assert.deepStrictEqual(await eventsOf(t, rows), [
    'transaction 1',
    'transaction undefined',
    'label undefined',
    'transaction undefined',
    'label 11',
    'transaction 20',
  ])
})

test('a survey tells the number of rows, the time they span, their order and whether they are labelled', async t => {
  const rows = [{ at: 5 }, { at: 'noon' }, { at: 5 }, { at: 9, fraud: 1 }]
  assert.deepStrictEqual(await surveyInput(await fileOf(t, rows), toEvents), {
    rows: 4,
    firstEventTime: 5,
    lastEventTime: 9,
    inOrder: true,
    hasLabels: true,
  })
})

test('a survey notices a transaction that is earlier than one before it', async t => {
  const survey = await surveyInput(await fileOf(t, [{ at: 5 }, { at: 9 }, { at: 4 }, { at: 6 }]), toEvents)
  assert.deepStrictEqual(survey, {
    rows: 4,
    firstEventTime: 4,
    lastEventTime: 9,
    inOrder: false,
    hasLabels: false,
  })
})

test('a survey of a file without rows knows no times', async t => {
  assert.deepStrictEqual(await surveyInput(await fileOf(t, []), toEvents), {
    rows: 0,
    firstEventTime: undefined,
    lastEventTime: undefined,
    inOrder: true,
    hasLabels: false,
  })
})
