import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sequenceAfter } from '../../../src/kafka/produce/sequence-numbers.ts'

test('sequence numbers go on by the number of records, and from 2^31 − 1 to 0', () => {
  const last = 2 ** 31 - 1
  assert.deepEqual(
    [sequenceAfter(0, 3), sequenceAfter(last - 2, 2), sequenceAfter(last, 1), sequenceAfter(last - 1, 5)],
    [3, last, 0, 3],
  )
})
