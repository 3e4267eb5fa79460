import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRetriable, protocolError } from '../../../src/kafka/produce/protocol-error.ts'

const typeOf = (code: number): string => protocolError(code, 't', 0).type

test('an error of a broker names itself, the topic and the partition', () => {
  const { type, code, message } = protocolError(10, 'payments', 3)
  assert.deepEqual([type, code], ['MESSAGE_TOO_LARGE', 10])
  assert.match(message, /larger than the max message size .* \(MESSAGE_TOO_LARGE, payments \[3\]\)$/)
})

test('errors that pass by themselves are tried again, and no others', () => {
  const codes = Array.from({ length: 90 }, (_, i) => i - 1)
  const retriable = codes.filter(code => isRetriable(protocolError(code, 't', 0))).map(typeOf)
  const ofProduce = ['LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION', 'UNKNOWN_TOPIC_OR_PARTITION']
  const ofReplicas = ['REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND']
  for (const type of [...ofProduce, ...ofReplicas, 'KAFKA_STORAGE_ERROR']) assert.ok(retriable.includes(type))
  const final = ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH']
  const refused = [
    'MESSAGE_TOO_LARGE',
    'RECORD_LIST_TOO_LARGE',
    'TOPIC_AUTHORIZATION_FAILED',
    'INVALID_RECORD',
  ]
  for (const type of [...final, ...refused, 'KAFKAJS_UNKNOWN_ERROR_CODE', 'UNKNOWN'])
    assert.ok(!retriable.includes(type))
})

test('an error that is not of the client is not tried again', () => {
  assert.equal(isRetriable(new TypeError('a fault in the code')), false)
  assert.equal(isRetriable('no error'), false)
})
