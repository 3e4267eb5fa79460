import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partitionOf, type StageOutput } from '@millrace/core'
import { Publisher } from '../../src/kafka/publisher.ts'
import { FakeCluster, kafkajsError } from './produce/fake-cluster.ts'

const PARTITIONS = 4
const MAX_REQUEST_BYTES = 900_000
const MESSAGE_TOO_LARGE = 10
const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))

/** A publisher whose producers get these clusters one after the other; the last one serves all further producers. */
function publisherOn(...clusters: FakeCluster[]): Publisher {
  const topic = { partitions: PARTITIONS, encode }
  return new Publisher(
    () => (clusters.length > 1 ? clusters.shift()! : clusters[0]!),
    new Map(['a', 'b'].map(name => [name, topic])),
  )
}

const KEY_PARTITION = partitionOf('key', PARTITIONS)
const output = (topic: string, value: unknown): StageOutput => ({ topic, key: 'key', value })

test('an output goes to the partition of its key, in the format of its topic, with its headers', async () => {
  const cluster = new FakeCluster()
  const bytes = Uint8Array.of(0, 1, 2, 3).subarray(1, 3)
  await publisherOn(cluster).publish([
    { topic: 'a', key: 'ü', value: { x: 1 }, headers: { reason: 'LATE' } },
    { topic: 'a', key: Uint8Array.of(7), value: bytes },
    { topic: 'b', value: null },
  ])
  const logs = [...cluster.logs].map(([name, records]) => [
    name,
    records.map(({ key, value, headers }) => ({ key, value, headers })),
  ])
  assert.deepEqual(logs, [
    [
      `a/${partitionOf('ü', PARTITIONS)}`,
      [{ key: Buffer.from('ü'), value: encode({ x: 1 }), headers: { reason: Buffer.from('LATE') } }],
    ],
    [
      `a/${partitionOf(Uint8Array.of(7), PARTITIONS)}`,
      [{ key: Buffer.of(7), value: Buffer.of(1, 2), headers: {} }],
    ],
    ['b/0', [{ key: null, value: null, headers: {} }]],
  ])
  assert.equal(cluster.requests.length, 1)
})

test('a publisher connects before there is anything to publish, and again when that failed', async () => {
  const [first, second] = [new FakeCluster(), new FakeCluster()]
  first.identityErrors.push(kafkajsError('CLUSTER_AUTHORIZATION_FAILED', false))
  const publisher = publisherOn(first, second)
  await assert.rejects(publisher.connect(), { code: 'PUBLISH_FAILED' })
  await publisher.connect()
  assert.deepEqual(
    [first.isOpen, second.isOpen, second.identities, second.requests.length],
    [false, true, 1, 0],
  )
  await publisher.publish([output('a', 1)])
  assert.deepEqual([second.identities, second.requests.length], [1, 1])
})

test('outputs that are added bit by bit go out as one request, without those that were discarded', async () => {
  const cluster = new FakeCluster()
  const publisher = publisherOn(cluster)
  await publisher.add([output('a', 1), output('b', 2)])
  publisher.discard()
  await publisher.add([output('a', 3)])
  await publisher.add([output('a', 4)])
  assert.equal(cluster.requests.length, 0)
  await publisher.flush()
  await publisher.flush()
  assert.deepEqual(
    [cluster.requests.length, cluster.valuesOf('a', KEY_PARTITION), cluster.valuesOf('b', KEY_PARTITION)],
    [1, ['3', '4'], []],
  )
})

test('many outputs are sent one request after the other, each below the size of a batch, in their order', async () => {
  const cluster = new FakeCluster()
  const outputs = Array.from({ length: 30_000 }, (_, i) =>
    output(i % 3 === 0 ? 'b' : 'a', [i, 'x'.repeat(60)]),
  )
  await publisherOn(cluster).publish(outputs)
  assert.equal(cluster.requests.length, 3)
  for (const { bytes } of cluster.requests) assert.ok(bytes < MAX_REQUEST_BYTES + 100)
  for (const topic of ['a', 'b']) {
    const expected = outputs.filter(item => item.topic === topic).map(({ value }) => String(encode(value)))
    assert.deepEqual(cluster.valuesOf(topic, KEY_PARTITION), expected)
  }
})

test('a request stays below the size of a batch, however large one output is', async () => {
  const cluster = new FakeCluster()
  const large = (megabytes: number): StageOutput => output('a', new Uint8Array(megabytes * 1_000_000))
  await publisherOn(cluster).publish([large(0.4), large(0.4), large(0.4), large(2), large(0.1)])
  const lengths = cluster.requests.map(({ batches }) =>
    batches.flatMap(({ batch }) => batch.records.map(({ value }) => value!.length)),
  )
  assert.deepStrictEqual(lengths, [[400_000, 400_000], [400_000], [2_000_000], [100_000]])
})

test('keys and headers count for the size of a request', async () => {
  const cluster = new FakeCluster()
  const key = 'k'.repeat(200_000)
  const headers = { reason: 'r'.repeat(200_000) }
  const outputs = Array.from({ length: 4 }, () => ({ topic: 'a', key, value: null, headers }))
  await publisherOn(cluster).publish(outputs)
  assert.deepEqual(
    cluster.requests.map(({ batches }) => batches[0]!.batch.records.length),
    [2, 2],
  )
})

test('nothing to publish needs no producer', async () => {
  const cluster = new FakeCluster()
  await publisherOn(cluster).publish([])
  assert.deepStrictEqual([cluster.requests, cluster.identities], [[], 0])
})

test('a refused send discards the producer, sends nothing after it, and the next one has a new producer', async () => {
  const [first, second] = [new FakeCluster(), new FakeCluster()]
  first.script.push('taken', () => MESSAGE_TOO_LARGE)
  const publisher = publisherOn(first, second)
  const outputs = Array.from({ length: 3 }, () => output('a', new Uint8Array(600_000)))
  await assert.rejects(publisher.publish(outputs), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'PUBLISH_FAILED')
    assert.match((error.cause as Error).message, /MESSAGE_TOO_LARGE/)
    return true
  })
  assert.deepStrictEqual([first.requests.length, first.isOpen], [2, false])

  await publisher.publish([output('a', 'again')])
  assert.deepStrictEqual(second.valuesOf('a', KEY_PARTITION), ['"again"'])
  assert.deepStrictEqual([second.isOpen, second.requests[0]!.batches[0]!.batch.firstSequence], [true, 0])
  await publisher.close()
  assert.equal(second.isOpen, false)
})

test('a producer that cannot connect is PUBLISH_FAILED, and tried anew', async () => {
  const [unreachable, reachable] = [new FakeCluster(), new FakeCluster()]
  unreachable.connect = () => Promise.reject(kafkajsError('unreachable', false))
  const publisher = publisherOn(unreachable, reachable)
  await assert.rejects(publisher.publish([output('a', 1)]), { code: 'PUBLISH_FAILED' })
  await publisher.publish([output('a', 2)])
  assert.deepEqual(reachable.valuesOf('a', KEY_PARTITION), ['2'])
})

test('what was written before an output that cannot be encoded is not published later', async () => {
  const cluster = new FakeCluster()
  const publisher = publisherOn(cluster)
  await assert.rejects(publisher.publish([output('a', 1), output('a', 1n)]), TypeError)
  await publisher.publish([output('a', 2)])
  assert.deepEqual(cluster.valuesOf('a', KEY_PARTITION), ['2'])
})
