import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partitionOf, type StageOutput } from '@millrace/core'
import type { Kafka, Message, ProducerBatch, ProducerConfig } from 'kafkajs'
import { Publisher } from '../../src/kafka/publisher.ts'

const PARTITIONS = 4
const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

/** A client whose producers keep what they are sent, and refuse the sends whose numbers are given. */
class FakeKafka {
  readonly sends: ProducerBatch[] = []
  readonly configs: ProducerConfig[] = []
  readonly connected: number[] = []
  readonly #refused: readonly number[]
  #sending = 0

  constructor(refused: readonly number[] = []) {
    this.#refused = refused
  }

  producer(config: ProducerConfig): object {
    const number = this.configs.push(config)
    return {
      connect: async () => void this.connected.push(number),
      disconnect: async () => void this.connected.splice(this.connected.indexOf(number), 1),
      sendBatch: (batch: ProducerBatch) => this.#send(batch),
    }
  }

  async #send(batch: ProducerBatch): Promise<void> {
    this.#sending++
    assert.equal(this.#sending, 1, 'one send in flight')
    await Promise.resolve()
    this.#sending--
    this.sends.push(batch)
    if (this.#refused.includes(this.sends.length)) throw new Error('not acknowledged')
  }
}

function publisherOn(kafka: FakeKafka): Publisher {
  const topic = { partitions: PARTITIONS, encode }
  return new Publisher(kafka as unknown as Kafka, new Map(['a', 'b'].map(name => [name, topic])))
}

function messagesOf({ topicMessages }: ProducerBatch, topic: string): readonly Message[] {
  return topicMessages!.find(batch => batch.topic === topic)?.messages ?? []
}

const output = (topic: string, value: unknown): StageOutput => ({ topic, key: 'key', value })

test('an output goes to the partition of its key, in the format of its topic, with its headers', async () => {
  const kafka = new FakeKafka()
  const bytes = Uint8Array.of(0, 1, 2, 3).subarray(1, 3)
  await publisherOn(kafka).publish([
    { topic: 'a', key: 'ü', value: { x: 1 }, headers: { reason: 'LATE' } },
    { topic: 'a', key: Uint8Array.of(7), value: bytes },
    { topic: 'b', value: null },
  ])
  assert.deepStrictEqual(kafka.sends, [
    {
      acks: -1,
      topicMessages: [
        {
          topic: 'a',
          messages: [
            {
              key: 'ü',
              value: encode({ x: 1 }),
              partition: partitionOf('ü', 4),
              headers: { reason: 'LATE' },
            },
            { key: Buffer.of(7), value: Buffer.of(1, 2), partition: partitionOf(Uint8Array.of(7), 4) },
          ],
        },
        { topic: 'b', messages: [{ value: null, partition: 0 }] },
      ],
    },
  ])
  assert.deepStrictEqual(kafka.configs, [
    {
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 },
    },
  ])
})

test('many outputs are sent one chunk after the other, in their order', async () => {
  const kafka = new FakeKafka()
  const outputs = Array.from({ length: 30_000 }, (_, i) => output(i % 3 === 0 ? 'b' : 'a', i))
  await publisherOn(kafka).publish(outputs)
  assert.equal(kafka.sends.length, 3)
  for (const topic of ['a', 'b']) {
    const sent = kafka.sends
      .flatMap(batch => messagesOf(batch, topic))
      .map(({ value }) => Number(String(value)))
    const expected = outputs.filter(item => item.topic === topic).map(({ value }) => value)
    assert.deepStrictEqual(sent, expected)
  }
})

test('a chunk stays below the size of a batch, however large one output is', async () => {
  const kafka = new FakeKafka()
  const large = (megabytes: number): StageOutput => ({
    topic: 'a',
    key: 'key',
    value: new Uint8Array(megabytes * 1_000_000),
  })
  await publisherOn(kafka).publish([large(0.4), large(0.4), large(0.4), large(2), large(0.1)])
  const lengths = kafka.sends.map(batch =>
    messagesOf(batch, 'a').map(({ value }) => (value as Buffer).length),
  )
  assert.deepStrictEqual(lengths, [[400_000, 400_000], [400_000], [2_000_000], [100_000]])
})

test('nothing to publish needs no producer', async () => {
  const kafka = new FakeKafka()
  await publisherOn(kafka).publish([])
  assert.deepStrictEqual([kafka.sends, kafka.configs], [[], []])
})

test('a refused send discards the producer, sends nothing after it, and the next one has a new producer', async () => {
  const kafka = new FakeKafka([2])
  const publisher = publisherOn(kafka)
  const outputs = Array.from({ length: 30_000 }, (_, i) => output('a', i))
  await assert.rejects(publisher.publish(outputs), { code: 'PUBLISH_FAILED' })
  assert.deepStrictEqual([kafka.sends.length, kafka.connected], [2, []])

  await publisher.publish([output('a', 'again')])
  assert.deepStrictEqual([kafka.sends.length, kafka.connected], [3, [2]])
  await publisher.close()
  assert.deepStrictEqual(kafka.connected, [])
})

test('a producer that cannot connect is PUBLISH_FAILED, and tried anew', async () => {
  const kafka = new FakeKafka()
  const unreachable = { connect: () => Promise.reject(new Error('unreachable')), disconnect: async () => {} }
  let attempts = 0
  const publisher = publisherOn(
    Object.assign(Object.create(kafka), {
      producer: (config: ProducerConfig) => (attempts++ === 0 ? unreachable : kafka.producer(config)),
    }),
  )
  await assert.rejects(publisher.publish([output('a', 1)]), { code: 'PUBLISH_FAILED' })
  await publisher.publish([output('a', 1)])
  assert.equal(kafka.sends.length, 1)
})
