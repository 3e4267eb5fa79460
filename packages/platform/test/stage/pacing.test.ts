import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchSizeOf, type PacedStage, pacingOf } from '../../src/stage/pacing.ts'

const RAW: PacedStage['inputs'] = [{}]
const INNER: PacedStage['inputs'] = [{ upstream: { stage: 'before', partitions: 4 } }]

test('the first stage lets records gather, and the others only what was published as one', () => {
  assert.deepEqual(pacingOf({ stage: {}, inputs: RAW, order: 'arrival' }), { lingerMs: 12 })
  assert.deepEqual(pacingOf({ stage: {}, inputs: INNER, order: 'arrival' }), { gatherMs: 1 })
})

test('a stage whose outputs nobody waits for lets records gather as long as it says, and asks as rarely', () => {
  const stage = { pace: { linger: 1_000 } }
  assert.deepEqual(pacingOf({ stage, inputs: INNER, order: 'arrival' }), { lingerMs: 1_000, idleMs: 1_000 })
})

test('under strict order nothing gathers, since other stages wait for the watermarks', () => {
  const stage = { pace: { linger: 1_000 } }
  assert.deepEqual(pacingOf({ stage, inputs: RAW, order: 'strict' }), {})
})

test('a round has so many records of each partition', () => {
  assert.equal(batchSizeOf(undefined, 4), 500)
  assert.equal(batchSizeOf({ linger: 1_000 }, 4), 500)
})

test('the records of a round are shared out among the partitions', () => {
  assert.equal(batchSizeOf({ roundRecords: 500 }, 4), 125)
  assert.equal(batchSizeOf({ roundRecords: 500 }, 3), 167)
  assert.equal(batchSizeOf({ roundRecords: 500 }, 1), 500)
  assert.equal(batchSizeOf({ roundRecords: 500 }, 0), 500)
  assert.equal(batchSizeOf({ roundRecords: 2 }, 4), 1)
})
