import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecordCounts } from '../../src/stage/record-counts.ts'

test('records are counted by input and outcome, and each count is taken once', () => {
  const counts = new RecordCounts(2)
  assert.deepStrictEqual(counts.take(), [])
  counts.add(1, 'late')
  counts.add(0, 'ok')
  counts.add(1, 'late')
  assert.deepStrictEqual(counts.take(), [
    { input: 0, outcome: 'ok', records: 1 },
    { input: 1, outcome: 'late', records: 2 },
  ])
  assert.deepStrictEqual(counts.take(), [])
})
