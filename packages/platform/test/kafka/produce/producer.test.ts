import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type PartitionBatch, Producer } from '../../../src/kafka/produce/producer.ts'
import { BatchWriter } from '../../../src/kafka/record-batch/batch-writer.ts'
import { FakeCluster, kafkajsError, type SentRequest } from './fake-cluster.ts'

const OUT_OF_ORDER = 45
const MESSAGE_TOO_LARGE = 10
const DUPLICATE = 46

interface Setup {
  readonly cluster: FakeCluster
  readonly producer: Producer
  readonly pauses: number[]
}

async function setUp(cluster = new FakeCluster()): Promise<Setup> {
  const pauses: number[] = []
  const producer = await Producer.connect(cluster, ['a', 'b'], async ms => pauses.push(ms))
  return { cluster, producer, pauses }
}

function batch(topic: string, partition: number, ...values: string[]): PartitionBatch {
  const writer = new BatchWriter()
  for (const value of values)
    writer.append(0, undefined, Buffer.from(value), undefined, Number.POSITIVE_INFINITY)
  return { topic, partition, writer }
}

/** Who got which batches, with their first sequence numbers. */
function sent({ requests }: FakeCluster): unknown[] {
  return requests.map(({ node, batches }: SentRequest) => [
    node,
    ...batches.map(item => `${item.topic}/${item.partition}:${item.batch.firstSequence}`),
  ])
}

test('the batches of a broker go out as one request, and sequence numbers go on by their records', async () => {
  const { cluster, producer, pauses } = await setUp()
  await producer.send([batch('a', 0, '1', '2'), batch('b', 0, '3'), batch('a', 2, '4')])
  await producer.send([batch('a', 0, '5'), batch('b', 0, '6')])
  assert.deepEqual(sent(cluster), [
    [1, 'a/0:0', 'a/2:0', 'b/0:0'],
    [1, 'a/0:2', 'b/0:1'],
  ])
  assert.deepEqual(cluster.valuesOf('a', 0), ['1', '2', '5'])
  assert.deepEqual([cluster.refreshes, pauses], [0, []])
  const { producerId, producerEpoch } = cluster.requests[0]!.batches[0]!.batch
  assert.deepEqual([producerId, producerEpoch], ['1', 0])
})

test('two brokers get their requests at the same time, and what one of them took is not sent again', async () => {
  const { cluster, producer } = await setUp()
  cluster.leaders.set('a/1', 2)
  cluster.script.push('lost before')
  await producer.send([batch('a', 0, '1'), batch('a', 1, '2')])
  assert.deepEqual(sent(cluster), [
    [1, 'a/0:0'],
    [2, 'a/1:0'],
    [1, 'a/0:0'],
  ])
  assert.deepEqual([cluster.valuesOf('a', 0), cluster.valuesOf('a', 1)], [['1'], ['2']])
  assert.equal(cluster.mostAtOnce, 2)
})

test('a batch that was taken before the connection broke is sent again with its number, and is there once', async () => {
  const { cluster, producer, pauses } = await setUp()
  cluster.script.push('lost after')
  await producer.send([batch('a', 0, '1', '2')])
  await producer.send([batch('a', 0, '3')])
  assert.deepEqual(sent(cluster), [
    [1, 'a/0:0'],
    [1, 'a/0:0'],
    [1, 'a/0:2'],
  ])
  assert.deepEqual(cluster.valuesOf('a', 0), ['1', '2', '3'])
  assert.deepEqual([cluster.refreshes, pauses], [1, [100]])
})

test('DUPLICATE_SEQUENCE_NUMBER means that the batch is in the log', async () => {
  const { cluster, producer } = await setUp()
  cluster.script.push(() => DUPLICATE)
  await producer.send([batch('a', 0, '1')])
  await producer.send([batch('a', 0, '2')])
  assert.deepEqual(sent(cluster), [
    [1, 'a/0:0'],
    [1, 'a/0:1'],
  ])
})

test('a batch follows its leader, and only that batch is sent again', async () => {
  const { cluster, producer } = await setUp()
  cluster.moved.set('a/1', 2)
  await producer.send([batch('a', 0, '1'), batch('a', 1, '2')])
  assert.deepEqual(sent(cluster), [
    [1, 'a/0:0', 'a/1:0'],
    [2, 'a/1:0'],
  ])
  assert.deepEqual([cluster.valuesOf('a', 0), cluster.valuesOf('a', 1)], [['1'], ['2']])
})

test('a partition without a leader waits for one', async () => {
  const { cluster, producer } = await setUp()
  cluster.leaders.set('a/0', undefined)
  cluster.moved.set('a/0', 3)
  await producer.send([batch('a', 0, '1')])
  assert.deepEqual(sent(cluster), [[3, 'a/0:0']])
})

test('an error that no further try mends rejects at once, and comes before one that passes', async () => {
  const { cluster, producer, pauses } = await setUp()
  cluster.leaders.set('a/1', 2)
  cluster.script.push('lost before', () => OUT_OF_ORDER)
  await assert.rejects(producer.send([batch('a', 0, '1'), batch('a', 1, '2')]), {
    type: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  })
  assert.deepEqual([cluster.requests.length, pauses], [2, []])
})

test('a record that is too large is refused in words, with its topic and partition', async () => {
  const { cluster, producer } = await setUp()
  cluster.script.push(() => MESSAGE_TOO_LARGE)
  await assert.rejects(producer.send([batch('a', 3, '1')]), /larger than the max message size.*a \[3\]/)
})

test('who is not taken in about three seconds of tries is rejected', async () => {
  const { cluster, producer, pauses } = await setUp()
  cluster.script.push(...Array.from({ length: 6 }, () => 'lost before' as const))
  await assert.rejects(producer.send([batch('a', 0, '1')]), { name: 'KafkaJSConnectionClosedError' })
  assert.deepEqual([cluster.requests.length, pauses], [6, [100, 200, 400, 800, 1_600]])
})

test('an answer that leaves out a batch is no acknowledgement', async () => {
  const { cluster, producer } = await setUp()
  cluster.send = async () => Buffer.alloc(8)
  await assert.rejects(producer.send([batch('a', 0, '1')]), { type: 'UNKNOWN' })
})

test('an identity is asked for again while the coordinator loads', async () => {
  const cluster = new FakeCluster()
  cluster.identityErrors.push(kafkajsError('GROUP_LOAD_IN_PROGRESS', true))
  const { pauses } = await setUp(cluster)
  assert.deepEqual([cluster.identities, pauses, cluster.isOpen], [1, [100], true])
})

test('a producer that gets no identity leaves no connection open', async () => {
  const cluster = new FakeCluster()
  cluster.identityErrors.push(kafkajsError('CLUSTER_AUTHORIZATION_FAILED', false))
  await assert.rejects(setUp(cluster), { type: 'CLUSTER_AUTHORIZATION_FAILED' })
  assert.equal(cluster.isOpen, false)
})
