import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { decodeTopicFacts, topicFactsRequest } from '../../src/kafka/topic-facts.ts'

const Encoder = createRequire(import.meta.url)('kafkajs/src/protocol/encoder')

const NO_TAGS = 0
const id = (byte: number): Buffer => Buffer.alloc(16, byte)

function partition(number: number): unknown {
  const replicas = (...nodes: number[]) =>
    new Encoder().writeUVarIntArray(nodes.map(node => new Encoder().writeInt32(node)))
  return new Encoder()
    .writeInt16(0)
    .writeInt32(number)
    .writeInt32(1)
    .writeInt32(9)
    .writeEncoder(replicas(1, 2, 3))
    .writeEncoder(replicas(1))
    .writeEncoder(replicas())
    .writeUVarInt(NO_TAGS)
}

function topic(name: string, topicId: Buffer, partitions: number, errorCode = 0): unknown {
  return new Encoder()
    .writeInt16(errorCode)
    .writeUVarIntString(name)
    .writeEncoder({ buf: topicId, buffer: topicId })
    .writeInt8(0)
    .writeUVarIntArray(Array.from({ length: partitions }, (_, number) => partition(number)))
    .writeInt32(-1)
    .writeUVarInt(1)
    .writeUVarInt(0)
    .writeUVarInt(2)
    .writeEncoder({ buf: Buffer.from('xy'), buffer: Buffer.from('xy') })
}

function response(topics: readonly unknown[]): Buffer {
  const broker = new Encoder()
    .writeInt32(1)
    .writeUVarIntString('host')
    .writeInt32(9092)
    .writeUVarIntString(null)
    .writeUVarInt(NO_TAGS)
  return new Encoder()
    .writeUVarInt(NO_TAGS)
    .writeInt32(0)
    .writeUVarIntArray([broker])
    .writeUVarIntString('cluster')
    .writeInt32(1)
    .writeUVarIntArray(topics)
    .writeInt32(-1)
    .writeUVarInt(NO_TAGS).buffer
}

test('ids and partition counts of the topics that exist are read, whatever else is told', () => {
  const long = 'k'.repeat(200)
  const topics = [topic('gone', id(0), 0, 3), topic(long, id(0xab), 2), topic('labels', id(1), 130)]
  assert.deepStrictEqual(
    decodeTopicFacts(response(topics)),
    new Map([
      [long, { id: 'ab'.repeat(16), partitions: 2 }],
      ['labels', { id: '01'.repeat(16), partitions: 130 }],
    ]),
  )
})

test('a request names its topics, and lets none be created', () => {
  const { apiKey, apiVersion, body } = topicFactsRequest(['keys', 'k'.repeat(200)])
  const named = (length: number[], name: string) => [
    ...Buffer.alloc(16),
    ...length,
    ...Buffer.from(name),
    NO_TAGS,
  ]
  assert.deepStrictEqual([apiKey, apiVersion], [3, 10])
  assert.deepStrictEqual(
    [...Buffer.concat(body)],
    [NO_TAGS, 3, ...named([5], 'keys'), ...named([0xc9, 0x01], 'k'.repeat(200)), 0, 0, 0, NO_TAGS],
  )
})
