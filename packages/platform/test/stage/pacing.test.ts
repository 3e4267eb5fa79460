import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PacedStage, pacingOf } from '../../src/stage/pacing.ts'

const RAW: PacedStage['inputs'] = [{}]
const INNER: PacedStage['inputs'] = [{ upstream: { stage: 'before', partitions: 4 } }]

test('the first stage lets records gather, and the others only what was published as one', () => {
  assert.deepEqual(pacingOf({ stage: {}, inputs: RAW, order: 'arrival' }), { lingerMs: 12 })
  assert.deepEqual(pacingOf({ stage: {}, inputs: INNER, order: 'arrival' }), { gatherMs: 1 })
})

test('raw records gather as long as their stage says, and the first one after a silence is asked for at once', () => {
  for (const linger of [0, 40])
    assert.deepEqual(pacingOf({ stage: { pace: { linger } }, inputs: RAW, order: 'arrival' }), {
      lingerMs: linger,
    })
})

test('a stage whose outputs nobody waits for lets records gather as long as it says, and asks as rarely', () => {
  const stage = { pace: { linger: 1_000 } }
  assert.deepEqual(pacingOf({ stage, inputs: INNER, order: 'arrival' }), { lingerMs: 1_000, idleMs: 1_000 })
})

test('under strict order nothing gathers, since other stages wait for the watermarks', () => {
  const stage = { pace: { linger: 1_000 } }
  assert.deepEqual(pacingOf({ stage, inputs: RAW, order: 'strict' }), {})
})
