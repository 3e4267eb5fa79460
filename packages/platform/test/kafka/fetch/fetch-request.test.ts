import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fetchRequest } from '../../../src/kafka/fetch/fetch-request.ts'
import { decodeFetchResponse } from '../../../src/kafka/fetch/fetch-response.ts'
import { fetchResponse, readFetchRequest } from './fetch-wire.ts'

const require = createRequire(import.meta.url)
const kafkajsRequest = require('kafkajs/src/protocol/requests/fetch/v11/request')
const Long = require('kafkajs/src/utils/long')

const POSITIONS = [
  { topic: 'keys', partition: 0, offset: 5 },
  { topic: 'Schlüssel', partition: 3, offset: 2 ** 40 },
  { topic: 'keys', partition: 2, offset: 0 },
]

test('a request has the bytes that kafkajs gives it', async () => {
  const partition = (place: number, offset: number) => ({
    partition: place,
    fetchOffset: Long.fromNumber(offset),
    maxBytes: 262_144,
  })
  const expected = await kafkajsRequest({
    replicaId: -1,
    maxWaitTime: 250,
    minBytes: 1,
    maxBytes: 8_388_608,
    topics: [
      { topic: 'keys', partitions: [partition(0, 5), partition(2, 0)] },
      { topic: 'Schlüssel', partitions: [partition(3, 2 ** 40)] },
    ],
  }).encode()
  const { apiKey, apiVersion, body: pieces } = fetchRequest(POSITIONS, 250)
  const body = Buffer.concat(pieces)
  assert.deepEqual([apiKey, apiVersion], [1, 11])
  assert.deepEqual(body, expected.buffer)
  assert.equal(readFetchRequest(body).positions.length, 3)
})

const ANSWER = {
  topic: 'keys',
  partition: 1,
  errorCode: 0,
  highWatermark: 9,
  lastStableOffset: 7,
  aborted: [{ producerId: 2n ** 40n, firstOffset: 3 }],
  records: Buffer.from('batches'),
}

test('a response tells of each partition, and of the request as a whole', () => {
  const other = { ...ANSWER, topic: 'labels', errorCode: 6, aborted: [], records: Buffer.alloc(0) }
  const { errorCode, partitions } = decodeFetchResponse(fetchResponse([ANSWER, other], 70))
  assert.equal(errorCode, 70)
  assert.deepEqual(partitions, [ANSWER, other])
})

test('a response that is cut off anywhere is a RangeError', () => {
  const whole = fetchResponse([ANSWER])
  for (let length = 0; length < whole.length; length++)
    assert.throws(() => decodeFetchResponse(whole.subarray(0, length)), RangeError)
})

test('a response tells how long the broker wants no further request', () => {
  const response = fetchResponse([])
  response.writeInt32BE(80)
  assert.equal(fetchRequest(POSITIONS, 250).throttleMs!(response), 80)
})
