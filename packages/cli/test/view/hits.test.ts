import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HitCounter } from '../../src/view/hits.ts'

test('decisions and labels are joined in whichever order they come', () => {
  const forwards = new HitCounter()
  const backwards = new HitCounter()
  const cases = [
    { id: 'a', isFlagged: true, isFraud: true },
    { id: 'b', isFlagged: false, isFraud: true },
    { id: 'c', isFlagged: true, isFraud: false },
    { id: 'd', isFlagged: false, isFraud: false },
  ]
  for (const { id, isFlagged } of cases) forwards.decided(id, isFlagged)
  for (const { id, isFraud } of cases) forwards.labelled(id, isFraud)
  for (const { id, isFraud } of cases) backwards.labelled(id, isFraud)
  for (const { id, isFlagged } of cases) backwards.decided(id, isFlagged)
  const expected = { caught: 1, missed: 1, falseAlarms: 1, labelled: 4 }
  assert.deepStrictEqual(forwards.hits, expected)
  assert.deepStrictEqual(backwards.hits, expected)
})

test('what has only one side counts for nothing', () => {
  const counter = new HitCounter()
  counter.decided('a', true)
  counter.labelled('b', true)
  assert.deepStrictEqual(counter.hits, { caught: 0, missed: 0, falseAlarms: 0, labelled: 0 })
})
