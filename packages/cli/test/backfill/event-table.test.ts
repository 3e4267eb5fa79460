import assert from 'node:assert/strict'
import { test } from 'node:test'
import { days, defineEvent, flag, text, timestamp } from '@millrace/core'
import { EventCursor } from '../../src/backfill/event-cursor.ts'
import { EventTable } from '../../src/backfill/event-table.ts'
import { groupRows, rowsOf } from '../../src/backfill/shares.ts'
import { TextCodes, Texts } from '../../src/backfill/texts.ts'

const T = Date.UTC(2026, 0, 1)
const visit = defineEvent({
  name: 'visit',
  topic: 'visits',
  key: 'page',
  id: 'id',
  eventTime: 'at',
  dedupeHorizon: days(1),
  fields: {
    id: text('id'),
    at: timestamp('when'),
    page: text('where'),
    from: text('where from', { optional: true }),
    isNew: flag('whether it is the first', { optional: true }),
  },
})

function tableOf(rows: readonly Readonly<Record<string, unknown>>[]) {
  const texts = new TextCodes()
  const table = new EventTable(visit, texts, T + days(30))
  for (const row of rows) table.add(field => row[table.fieldNames[field]!])
  const shared = table.share(['page'])
  const reader = new Texts(texts.share())
  const cursor = new EventCursor(visit, shared.table, reader)
  const events = Array.from({ length: shared.table.rows }, (_, row) => {
    cursor.row = row
    return { ...cursor.event }
  })
  return { ...shared, rejected: table.rejected, events }
}

test('events come back clean, in the order of their times, those of one time as they came', () => {
  const later = { id: 'c', at: T + 2, page: 'Übersicht 𝄞', from: 'x', isNew: true }
  const first = { id: 'b', at: T + 1, page: ' home ', from: null }
  const second = { id: 'a', at: T + 1, page: 'home', isNew: false }
  const { events, rejected } = tableOf([later, first, second])
  assert.deepStrictEqual(events, [
    { id: 'b', at: T + 1, page: 'home', from: null, isNew: null },
    { id: 'a', at: T + 1, page: 'home', from: null, isNew: false },
    { id: 'c', at: T + 2, page: 'Übersicht 𝄞', from: 'x', isNew: true },
  ])
  assert.deepStrictEqual([...rejected], [])
})

test('a refused row leaves no trace but its count', () => {
  const good = { id: 'a', at: T, page: 'p', from: 'f', isNew: true }
  const { events, rejected } = tableOf([
    { ...good, id: 'b', isNew: 'yes' },
    good,
    { id: 'c', at: T, page: '' },
  ])
  assert.deepStrictEqual(events, [good])
  assert.deepStrictEqual(
    [...rejected],
    [
      ['TYPE_MISMATCH', 1],
      ['FIELD_MISSING', 1],
    ],
  )
})

test('an id is taken once within its horizon, and again behind it', () => {
  const at = (time: number) => ({ id: 'a', at: time, page: 'p' })
  const { events, duplicates } = tableOf([at(T), at(T + days(1)), at(T + days(1) + 1), at(T + days(3))])
  assert.deepStrictEqual(
    events.map(event => event['at']),
    [T, T + days(1) + 1, T + days(3)],
  )
  assert.equal(duplicates, 1)
})

test('texts have one code each, however many maps it takes', () => {
  const codes = new TextCodes(2)
  const words = ['a', 'ä', '', 'a', 'b', 'ä', 'c', '𝄞', 'a']
  assert.deepStrictEqual(
    words.map(word => codes.codeOf(word)),
    [0, 1, 2, 0, 3, 1, 4, 5, 0],
  )
  const texts = new Texts(codes.share())
  assert.deepStrictEqual(
    [0, 1, 2, 3, 4, 5].map(code => texts.at(code)),
    ['a', 'ä', '', 'b', 'c', '𝄞'],
  )
  assert.deepStrictEqual([texts.codeOf('𝄞'), texts.codeOf('none')], [5, -1])
  assert.equal(new Texts(codes.share()).codeOf('c'), 4)
})

test('rows are grouped by the share of their entity, each in order', () => {
  const grouped = groupRows(Int32Array.of(0, 5, 3, 0, 4, 2), 3)
  const shares = [0, 1, 2].map(partition => [...rowsOf(grouped, partition)])
  assert.deepStrictEqual(shares, [[0, 2, 3], [4], [1, 5]])
})
