import assert from 'node:assert/strict'
import { createConnection, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { partitionOf, type StageOutput } from '@millrace/core'
import { KafkaCluster, Publisher } from '@millrace/platform'
import { SeededRandom } from '@millrace/testkit'
import { type ISocketFactory, Kafka, logLevel } from 'kafkajs'
import { openStack } from '../harness/open-stack.ts'
import { type ReadMessage, readTopic } from '../harness/read-topic.ts'

const PARTITIONS = 4
const TOPICS = ['quiet', 'cut'] as const

/** Makes sockets that `cut` breaks: what was written still reaches the broker, its answer comes no more. */
class Sockets {
  readonly #open = new Set<Socket>()

  readonly make: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = createConnection({ host, port }, onConnect)
    this.#open.add(socket)
    return socket.on('close', () => this.#open.delete(socket))
  }

  cut(): void {
    for (const socket of this.#open) socket.destroy(new Error('cut'))
  }
}

async function startBroker(t: TestContext): Promise<{ readonly kafka: Kafka; readonly sockets: Sockets }> {
  const stack = await openStack()
  t.after(() => stack.stop())
  const sockets = new Sockets()
  const brokers = stack.addresses.kafkaBrokers.split(',')
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, socketFactory: sockets.make })
  const admin = kafka.admin()
  await admin.connect()
  const topics = TOPICS.map(topic => ({ topic, numPartitions: PARTITIONS }))
  await admin.createTopics({ topics, waitForLeaders: true })
  await admin.disconnect()
  return { kafka, sockets }
}

function publisherOn(t: TestContext, kafka: Kafka, topic: string): Publisher {
  const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
  const publisher = new Publisher(
    () => new KafkaCluster(kafka),
    new Map([[topic, { partitions: PARTITIONS, encode }]]),
  )
  t.after(() => publisher.close())
  return publisher
}

/** Outputs that count on, some of them without key, value or headers. */
function outputsOf(random: SeededRandom, topic: string, first: number, count: number): StageOutput[] {
  return Array.from({ length: count }, (_, i) => ({
    topic,
    value: random.chance(0.05) ? null : { number: first + i, padding: 'ü'.repeat(random.integer(0, 200)) },
    headers: random.chance(0.5)
      ? { number: String(first + i), list: ['日本', ''] }
      : { number: String(first + i) },
    ...(random.chance(0.9) && { key: `card-${random.integer(0, 50)}` }),
  }))
}

/** The records of each partition as texts. */
type Partitions = readonly (readonly string[])[]

function expectedOf(outputs: readonly StageOutput[]): Partitions {
  return byPartition(
    outputs,
    ({ key }) => (key === undefined ? 0 : partitionOf(key, PARTITIONS)),
    ({ key, value, headers }) => [key ?? null, value === null ? null : JSON.stringify(value), headers],
  )
}

function foundIn(messages: readonly ReadMessage[]): Partitions {
  return byPartition(
    messages,
    ({ partition }) => partition,
    ({ key, value, headers }) => [
      key?.toString() ?? null,
      value?.toString() ?? null,
      Object.fromEntries(Object.entries(headers!).map(([name, item]) => [name, textsOf(item)])),
    ],
  )
}

function byPartition<T>(
  items: readonly T[],
  partition: (item: T) => number,
  parts: (item: T) => unknown[],
): Partitions {
  const groups = Map.groupBy(items, partition)
  return Array.from({ length: PARTITIONS }, (_, i) =>
    (groups.get(i) ?? []).map(item => JSON.stringify(parts(item))),
  )
}

/** Where the records begin to differ: all of them at once would be too much to read. */
function firstDifference(found: Partitions, expected: Partitions): object | undefined {
  for (const [partition, records] of expected.entries()) {
    const other = found[partition]!
    const i = records.findIndex((record, at) => record !== other[at])
    const at = i >= 0 ? i : Math.min(records.length, other.length)
    if (i >= 0 || other.length !== records.length)
      return { partition, at, found: other[at], expected: records[at] }
  }
  return undefined
}

function textsOf(value: string | Buffer | (string | Buffer)[] | undefined): unknown {
  return Array.isArray(value) ? value.map(String) : String(value)
}

test('published outputs are read as they were, in their order, also when connections break meanwhile', async t => {
  const { kafka, sockets } = await startBroker(t)
  const random = new SeededRandom(3)

  await t.test('over many publishes of any size', async t => {
    const publisher = publisherOn(t, kafka, 'quiet')
    const published: StageOutput[] = []
    for (let round = 0; round < 120; round++) {
      const count = round % 20 === 0 ? 6_000 : random.pick([1, 2, 30, 300])
      const outputs = outputsOf(random, 'quiet', published.length, count)
      await publisher.publish(outputs)
      published.push(...outputs)
    }
    const found = await readTopic(kafka, 'quiet', messages => messages.length >= published.length)
    assert.deepEqual(firstDifference(foundIn(found), expectedOf(published)), undefined)
  })

  await t.test('with connections that break while the broker answers', async t => {
    const publisher = publisherOn(t, kafka, 'cut')
    const published: StageOutput[] = []
    for (let round = 0; round < 30; round++) {
      const outputs = outputsOf(random, 'cut', published.length, random.integer(1, 500))
      const acknowledged = publisher.publish(outputs)
      if (round % 3 === 2) setImmediate(() => sockets.cut())
      await acknowledged
      published.push(...outputs)
    }
    const found = await readTopic(kafka, 'cut', messages => messages.length >= published.length)
    assert.deepEqual(firstDifference(foundIn(found), expectedOf(published)), undefined)
  })
})
