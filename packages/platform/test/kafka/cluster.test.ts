import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerConfig, Kafka } from 'kafkajs'
import { KafkaCluster } from '../../src/kafka/cluster.ts'
import { produceRequest } from '../../src/kafka/produce/produce-request.ts'

interface Exchange {
  readonly request: { readonly apiKey: number; encode(): Promise<{ readonly buffer: Buffer }> }
  readonly response: {
    decode(body: Buffer): Promise<{ readonly clientSideThrottleTime: number }>
    parse(decoded: object): Promise<Buffer>
  }
}

/** A client whose only broker answers every request with `answer`, or fails with it. */
function clientOf(answer: Buffer | Error) {
  const calls: unknown[] = []
  const broker = {
    connectionPool: {
      host: 'broker',
      port: 9092,
      async send({ request, response }: Exchange): Promise<Buffer> {
        calls.push(['send', request.apiKey, (await request.encode()).buffer.length])
        if (answer instanceof Error) throw answer
        const decoded = await response.decode(answer)
        calls.push(['throttle', decoded.clientSideThrottleTime])
        return response.parse(decoded)
      },
    },
    disconnect: async () => void calls.push(['disconnect']),
  }
  const cluster = {
    async findBroker({ nodeId }: { nodeId: string }) {
      calls.push(['find', nodeId])
      return broker
    },
    removeBroker: (address: object) => void calls.push(['remove', address]),
  }
  const kafka = {
    consumer: ({ partitionAssigners }: ConsumerConfig) =>
      partitionAssigners?.map(assigner => assigner({ cluster } as unknown as Parameters<typeof assigner>[0])),
  }
  return { calls, cluster: new KafkaCluster(kafka as unknown as Kafka) }
}

test('a request goes to its broker, and kafkajs is told how long the broker wants to be left alone', async () => {
  const answer = Buffer.alloc(8)
  answer.writeInt32BE(250, 4)
  const { calls, cluster } = clientOf(answer)
  const request = produceRequest([])
  assert.equal(await cluster.send(7, request), answer)
  assert.deepEqual(calls, [
    ['find', '7'],
    ['send', 0, request.body.length],
    ['throttle', 250],
  ])
})

test('a connection that was lost or stays silent is not used again', async () => {
  for (const name of [
    'KafkaJSConnectionClosedError',
    'KafkaJSConnectionError',
    'KafkaJSRequestTimeoutError',
  ]) {
    const { calls, cluster } = clientOf(Object.assign(new Error('lost'), { name }))
    await assert.rejects(cluster.send(7, produceRequest([])), { name })
    assert.deepEqual(calls.slice(2), [['remove', { host: 'broker', port: 9092 }], ['disconnect']])
  }
})

test('an error of the broker itself leaves its connection alone', async () => {
  const { calls, cluster } = clientOf(Object.assign(new Error('refused'), { name: 'KafkaJSProtocolError' }))
  await assert.rejects(cluster.send(7, produceRequest([])), { name: 'KafkaJSProtocolError' })
  assert.equal(calls.length, 2)
})
