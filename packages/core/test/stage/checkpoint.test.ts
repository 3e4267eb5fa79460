import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCheckpoint, emptyCheckpoint, encodeCheckpoint } from '../../src/index.ts'
import { pairKey, queueKey } from '../../src/stage/checkpoint.ts'

test('a checkpoint is the same after encoding and decoding, whatever its watermark', () => {
  const highest = new Map([
    [pairKey(15, { partition: 65_535, input: 15, via: 65_535, offset: 0 }), 2 ** 53 - 1],
  ])
  const latest = new Map([[queueKey(3), -1.5]])
  for (const watermark of [0, 1_767_225_600_000, Infinity, -Infinity]) {
    for (const checkpoint of [{ positions: [0, 7], highest, latest, watermark }, emptyCheckpoint(3)]) {
      const stored = { ...checkpoint, watermark }
      assert.deepStrictEqual(decodeCheckpoint(encodeCheckpoint(stored), watermark), stored)
    }
  }
})

test('another version is refused', () => {
  assert.throws(() => decodeCheckpoint(JSON.stringify({ version: 2 }), 0), {
    code: 'CHECKPOINT_VERSION_UNKNOWN',
    details: { version: 2 },
  })
})

test('every pair has a number of its own', () => {
  const edges = {
    input: [0, 1, 15],
    partition: [0, 1, 65_535],
    upstreamInput: [0, 1, 15],
    via: [0, 1, 65_535],
  }
  const keys = edges.input.flatMap(input =>
    edges.partition.flatMap(partition =>
      edges.upstreamInput.flatMap(upstreamInput =>
        edges.via.map(via => pairKey(input, { partition, input: upstreamInput, via, offset: 0 })),
      ),
    ),
  )
  assert.equal(new Set(keys).size, 81)
  assert.ok(keys.every(Number.isSafeInteger))
})
