import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BusyStates } from '../../../src/stage/states/busy-states.ts'
import { type StateKey, StateKeys } from '../../../src/stage/states/state-key.ts'

interface Entry {
  readonly key: StateKey
  changes: number
}

const keys = new StateKeys()
const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(text => keys.of(text)) as [
  StateKey,
  StateKey,
  StateKey,
  StateKey,
  StateKey,
]

function statesOf(...of: readonly StateKey[]): BusyStates<Entry> {
  const states = new BusyStates<Entry>()
  for (const key of of) states.put({ key, changes: 0 })
  return states
}

test('a state takes 240 bytes, and its encoding twice once that is measured', () => {
  const states = statesOf(a, b)
  states.measure(a, 100)
  assert.equal(states.bytes, 680)
  states.measure(a, 10)
  states.delete(b)
  assert.deepStrictEqual([states.bytes, states.count], [260, 1])
})

test('the entry that was put first is kept', () => {
  const states = statesOf(a)
  states.measure(a, 10)
  const entry = states.find(a)!
  states.put({ key: a, changes: 7 })
  assert.deepStrictEqual([states.bytes, states.find(a)], [260, entry])
})

test('above the bound what is stored is forgotten, first what was not used since', () => {
  const states = statesOf(a, b, c, d, e)
  assert.equal(states.forget(4 * 240), 1)
  const used = [a, b, c, d, e].filter(key => states.has(key)).filter((_, i) => i % 2 === 0)
  for (const key of used) states.find(key)
  assert.equal(states.forget(2 * 240), 2)
  for (const key of used) assert.ok(states.has(key), key.text)
})

test('what is not stored is never forgotten', () => {
  const states = statesOf(a, b)
  states.find(b)!.changes = 1
  assert.equal(states.forget(0), 1)
  assert.deepStrictEqual([states.has(a), states.has(b)], [false, true])
})
