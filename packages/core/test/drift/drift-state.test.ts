import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  advanceMonitor,
  decodeDriftState,
  defineMonitor,
  emptyDriftState,
  encodeDriftState,
} from '@millrace/core'
import { HOUR, quarters, recordOf } from './fixtures.ts'

test('a state survives encoding, empty and filled', () => {
  const empty = emptyDriftState(3)
  assert.deepEqual(decodeDriftState(encodeDriftState(empty)), empty)
  const plan = { monitor: defineMonitor({ window: HOUR }), referenceOf: () => quarters() }
  let state = emptyDriftState(2)
  for (const [index, partition] of [
    [1, 0],
    [1, 1],
    [2, 0],
  ] as const)
    state = advanceMonitor(state, recordOf(index, 'drift', { partition, late: 3 }), plan).state
  assert.deepEqual([state.open.length, state.tracks.length], [1, 1])
  assert.deepEqual(decodeDriftState(encodeDriftState(state)), state)
})

test('a state of another codec version is refused', () => {
  const bytes = new TextEncoder().encode('{"version":2}')
  assert.throws(() => decodeDriftState(bytes), { code: 'STATE_VERSION_UNKNOWN', details: { version: 2 } })
})
