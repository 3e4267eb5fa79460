import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { ByteCursor } from '../../../src/kafka/record-batch/decode-cursor.ts'

const require = createRequire(import.meta.url)
const Encoder = require('kafkajs/src/protocol/encoder')
const Long = require('kafkajs/src/utils/long')

test('varints of every length are read as kafkajs writes them', () => {
  const powers = Array.from({ length: 52 }, (_, i) => 2 ** i)
  const numbers = powers.flatMap(power => [power - 1, power, power + 1, -power + 1, -power, -power - 1])
  const encoder = new Encoder()
  for (const number of numbers) encoder.writeVarLong(Long.fromNumber(number))
  const cursor = new ByteCursor(encoder.buffer)
  assert.deepEqual(
    numbers.map(() => cursor.varint() + 0),
    numbers.map(number => number + 0),
  )
  assert.equal(cursor.at, encoder.buffer.length)
})

test('numbers of fixed length and texts are read one after the other', () => {
  const encoder = new Encoder()
    .writeInt16(-2)
    .writeInt32(-3)
    .writeInt64(Long.fromNumber(-4))
    .writeInt64(Long.fromNumber(2 ** 52 + 1))
    .writeString('Übung')
    .writeVarIntBytes(Buffer.from('key'))
    .writeVarIntBytes(null)
  const cursor = new ByteCursor(encoder.buffer)
  const read = [cursor.int16(), cursor.int32(), cursor.int64(), cursor.int64(), cursor.string()]
  assert.deepEqual(read, [-2, -3, -4, 2 ** 52 + 1, 'Übung'])
  assert.deepEqual([cursor.varintBytes(), cursor.varintBytes()], [Buffer.from('key'), null])
})

test('a number that is cut off is a RangeError', () => {
  assert.throws(() => new ByteCursor(Buffer.alloc(3)).int32(), RangeError)
  assert.throws(() => new ByteCursor(Buffer.alloc(7)).int64(), RangeError)
})
