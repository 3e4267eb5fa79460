import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerConfig, Kafka } from 'kafkajs'
import type { BrokerConnection } from '../../src/kafka/broker-connection.ts'
import type { BrokerRequest } from '../../src/kafka/broker-request.ts'
import { KafkaCluster } from '../../src/kafka/cluster.ts'
import { fetchRequest } from '../../src/kafka/fetch/fetch-request.ts'

const REQUEST: BrokerRequest = {
  apiKey: 0,
  apiName: 'Produce',
  apiVersion: 7,
  body: [Buffer.from('body')],
  throttleMs: answer => answer.readInt32BE(4),
}

type QueuedRequest = Parameters<BrokerConnection['requestQueue']['push']>[0]

/** A client whose only broker answers every request with `answer`, or fails with it. */
function clientOf(answer: Buffer | Error) {
  const calls: unknown[] = []
  const socket = { cork() {}, uncork() {}, write() {}, destroy: () => void calls.push(['destroy']) }
  const connection: BrokerConnection = {
    clientId: 'client',
    socket,
    requestQueue: {
      push({ entry: { apiKey, resolve, reject } }: QueuedRequest) {
        calls.push(['send', apiKey])
        if (answer instanceof Error) reject(answer)
        else resolve({ payload: answer })
      },
      maybeThrottle: ms => void calls.push(['throttle', ms]),
    },
    isAuthenticated: () => true,
    authenticate: async () => {},
    failIfNotConnected() {},
    nextCorrelationId: () => 1,
  }
  const broker = {
    connectionPool: {
      host: 'broker',
      port: 9092,
      pool: [connection, { ...connection, socket: undefined }],
      getConnection: async (index: number) => {
        calls.push(['connection', index])
        return connection
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
  assert.equal(await cluster.send(7, REQUEST), answer)
  assert.deepEqual(calls, [
    ['find', '7'],
    ['connection', 0],
    ['send', 0],
    ['throttle', 250],
  ])
})

test('a connection that was lost or stays silent is not used again, and sends nothing more', async () => {
  for (const name of [
    'KafkaJSConnectionClosedError',
    'KafkaJSConnectionError',
    'KafkaJSRequestTimeoutError',
  ]) {
    const { calls, cluster } = clientOf(Object.assign(new Error('lost'), { name }))
    await assert.rejects(cluster.send(7, REQUEST), { name })
    assert.deepEqual(calls.slice(3), [
      ['remove', { host: 'broker', port: 9092 }],
      ['disconnect'],
      ['destroy'],
    ])
  }
})

test('an error of the broker itself leaves its connection alone', async () => {
  const { calls, cluster } = clientOf(Object.assign(new Error('refused'), { name: 'KafkaJSProtocolError' }))
  await assert.rejects(cluster.send(7, REQUEST), { name: 'KafkaJSProtocolError' })
  assert.equal(calls.length, 3)
})

test('a fetch, which the broker may hold, leaves the connection of the other requests free', async () => {
  const { calls, cluster } = clientOf(Buffer.alloc(8))
  await cluster.send(7, fetchRequest([{ topic: 'keys', partition: 0, offset: 0 }], 250))
  assert.deepEqual(calls.slice(0, 3), [
    ['find', '7'],
    ['connection', 1],
    ['send', 1],
  ])
})
