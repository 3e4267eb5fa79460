import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@millrace/testkit'
import type { IHeaders } from 'kafkajs'
import { produceRequest } from '../../../src/kafka/produce/produce-request.ts'
import { BatchWriter } from '../../../src/kafka/record-batch/batch-writer.ts'
import { produceRequestV7, type WirePartition, type WireRecord } from './kafkajs-wire.ts'

const NOW = Date.UTC(2026, 5, 1)
const EVERYTHING = Number.POSITIVE_INFINITY
const TEXTS = ['', 'a', 'card-7', 'ü', '日本語', '🚲🚲', 'x'.repeat(63), 'x'.repeat(64), `${'é'.repeat(40)}!`]
/** Lengths around those at which a varint grows, and at which the buffer of a writer does. */
const LENGTHS = [0, 1, 63, 64, 8_191, 8_192, 20_000]

function randomBytes(random: SeededRandom, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.integer(0, 255)))
}

function randomHeaders(random: SeededRandom): IHeaders {
  const value = () => (random.chance(0.5) ? random.pick(TEXTS) : randomBytes(random, random.integer(0, 70)))
  const names = Array.from({ length: random.integer(0, 3) }, () => random.pick(TEXTS))
  return Object.fromEntries(names.map(name => [name, random.chance(0.3) ? [value(), value()] : value()]))
}

function randomRecord(random: SeededRandom, timestamp: number): WireRecord {
  const key = random.pick([null, undefined, random.pick(TEXTS), randomBytes(random, random.integer(0, 70))])
  return {
    timestamp,
    value: random.chance(0.1) ? null : randomBytes(random, random.pick(LENGTHS)),
    ...(key !== undefined && { key }),
    ...(random.chance(0.5) && { headers: randomHeaders(random) }),
  }
}

/** Times that do not fall; now and then one comes years later. */
function randomPartition(random: SeededRandom, partition: number): WirePartition {
  let timestamp = NOW
  const messages = Array.from({ length: random.integer(1, 150) }, () => {
    timestamp += random.chance(0.02) ? random.integer(0, 2 ** 37) : random.integer(0, 100)
    return randomRecord(random, timestamp)
  })
  return { partition, firstSequence: random.integer(0, 2 ** 31 - 1), messages }
}

function append(writer: BatchWriter, { timestamp, key, value, headers }: WireRecord): void {
  assert.notEqual(writer.append(timestamp, key, value, headers, EVERYTHING), 0)
}

test('a request has the bytes that kafkajs gives it, whatever its records', async () => {
  const random = new SeededRandom(7)
  const used: BatchWriter[] = []
  for (let round = 0; round < 8; round++) {
    const identity = { id: BigInt(random.integer(0, 2 ** 31)) << 20n, epoch: random.integer(0, 32_767) }
    const topicData = ['payments', 'zahlungen-ü'].map(topic => ({
      topic,
      partitions: Array.from({ length: random.integer(1, 3) }, (_, i) => randomPartition(random, i)),
    }))
    const writers: BatchWriter[] = []
    const sealed = topicData.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, firstSequence, messages }) => {
        const writer = used.pop() ?? new BatchWriter()
        for (const message of messages) append(writer, message)
        writers.push(writer)
        return { topic, partition, bytes: writer.seal(identity, firstSequence) }
      }),
    )
    const expected = await produceRequestV7({
      acks: -1,
      timeout: 10_000,
      producerId: identity.id,
      producerEpoch: identity.epoch,
      topicData,
    }).encode()
    assert.deepEqual(Buffer.concat(produceRequest(sealed).body), expected.buffer)
    for (const writer of writers) writer.clear()
    used.push(...writers)
  }
})
