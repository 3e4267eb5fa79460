import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RowIds } from '../../src/vectors/row-ids.ts'

function idOf(id: unknown, rows: 'csv' | 'ndjson'): unknown {
  const ids = new RowIds()
  const toEvents = ids.noting(() => ({ transaction: {} }), rows)
  return ids.of(toEvents({ TRANSACTION_ID: id }).transaction)
}

test('an id keeps its type, and in CSV whole numbers are numbers', () => {
  assert.deepStrictEqual(
    ['0', '17', '007', '1e3', '-4', '12345678901234567890', 'tx-1', undefined].map(id => idOf(id, 'csv')),
    [0, 17, '007', '1e3', '-4', '12345678901234567890', 'tx-1', undefined],
  )
  assert.deepStrictEqual(
    [5, '5'].map(id => idOf(id, 'ndjson')),
    [5, '5'],
  )
})
