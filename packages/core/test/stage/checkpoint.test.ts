import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCheckpoint, emptyCheckpoint, encodeCheckpoint } from '../../src/index.ts'
import { inputOfQueue, pairKey, queueKey } from '../../src/stage/checkpoint.ts'

test('a checkpoint is the same after encoding and decoding, whatever its watermark', () => {
  const highest = new Map([
    [pairKey(15, { partition: 65_535, input: 15, via: 65_535, offset: 0 }), 2 ** 53 - 1],
  ])
  const latest = new Map([[queueKey(3), -1.5]])
  const mark = { offset: 6, timestamp: 1_767_225_600_000, checksum: 4_294_967_295 }
  const logs = [{}, { topicId: 'f00d', mark }]
  for (const watermark of [0, 1_767_225_600_000, Infinity, -Infinity]) {
    for (const checkpoint of [
      { positions: [0, 7], highest, latest, logs, servedBy: 2 },
      emptyCheckpoint(3),
    ]) {
      const stored = { servedBy: undefined, ...checkpoint, watermark }
      assert.deepStrictEqual(decodeCheckpoint(encodeCheckpoint(stored), watermark), stored)
    }
  }
})

test('a checkpoint of version 1 is read, and knows nothing of its logs', () => {
  const stored = JSON.stringify({ version: 1, positions: [3, 4], highest: [[1, 2]], latest: [] })
  assert.deepStrictEqual(decodeCheckpoint(stored, 5), {
    positions: [3, 4],
    highest: new Map([[1, 2]]),
    latest: new Map(),
    watermark: 5,
    servedBy: undefined,
    logs: [{}, {}],
  })
})

test('another version is refused', () => {
  for (const version of [0, 3]) {
    assert.throws(() => decodeCheckpoint(JSON.stringify({ version }), 0), {
      code: 'CHECKPOINT_VERSION_UNKNOWN',
      details: { version },
    })
  }
})

test('the number of a queue tells its input', () => {
  const parents = [undefined, { partition: 65_535, input: 3, via: 7, offset: 9 }]
  for (const input of [0, 1, 15]) {
    assert.deepStrictEqual(
      parents.map(parent => inputOfQueue(queueKey(input, parent))),
      [input, input],
    )
  }
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
