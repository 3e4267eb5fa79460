import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type BrokerConnection, exchange } from '../../src/kafka/broker-connection.ts'

interface Connection extends BrokerConnection {
  connect(): Promise<void>
  disconnect(): Promise<void>
  readonly requestQueue: BrokerConnection['requestQueue'] & { readonly throttledUntil: number }
}

const require = createRequire(import.meta.url)
const KafkajsConnection: new (options: object) => Connection = require('kafkajs/src/network/connection')
const defaultSocketFactory: () => () => Socket = require('kafkajs/src/network/socketFactory')
/** The bytes of a request as kafkajs sends them. */
const createRequest: (options: object) => Promise<{ readonly buffer: Buffer }> =
  require('kafkajs/src/protocol/request')

const API = { apiKey: 0, apiName: 'Produce', apiVersion: 7 }
const PIECES = [Buffer.from('framing'), Buffer.alloc(300_000, 'a'), Buffer.from('the end')]

/** A connection of kafkajs to a broker that collects what it is sent, and answers by `answer`. */
async function connect(t: TestContext, answer: (socket: Socket, received: Buffer) => void) {
  const server = createServer(socket => {
    let received: Buffer = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', bytes => {
      received = Buffer.concat([received, bytes])
      if (received.length < 4 || received.length < 4 + received.readInt32BE()) return
      answer(socket, received)
      received = Buffer.alloc(0)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const silent = () => {}
  const logger = { namespace: () => logger, debug: silent, info: silent, warn: silent, error: silent }
  const { port } = server.address() as AddressInfo
  const connection = new KafkajsConnection({
    host: '127.0.0.1',
    port,
    logger,
    socketFactory: defaultSocketFactory(),
    clientId: 'Schüler',
    requestTimeout: 30_000,
    connectionTimeout: 10_000,
  })
  await connection.connect()
  t.after(async () => {
    await connection.disconnect()
    server.close()
  })
  return connection
}

function answerOf(request: Buffer, body: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeInt32BE(4 + body.length)
  request.copy(head, 4, 8, 12)
  return Buffer.concat([head, body])
}

test('a request has the bytes that kafkajs gives it, and its answer comes back', async t => {
  const requests: Buffer[] = []
  const connection = await connect(t, (socket, request) => {
    requests.push(request)
    socket.write(answerOf(request, Buffer.from(`answer ${requests.length}`)))
  })
  for (const body of [PIECES, [Buffer.from('one piece')]]) {
    const answer = await exchange(connection, { ...API, body })
    assert.equal(answer.toString(), `answer ${requests.length}`)
    const whole = Buffer.concat(body)
    const encode = async () => ({ buf: whole, buffer: whole })
    const expected = await createRequest({
      correlationId: requests.length - 1,
      clientId: 'Schüler',
      request: { ...API, encode },
    })
    assert.deepEqual(requests.at(-1), expected.buffer)
  }
})

test('requests under way at the same time get their own answers, in whatever order these come', async t => {
  const requests: Buffer[] = []
  const connection = await connect(t, (socket, request) => {
    requests.push(request)
    if (requests.length < 2) return
    for (const one of requests.toReversed()) socket.write(answerOf(one, one.subarray(-5)))
  })
  const first = exchange(connection, { ...API, body: [Buffer.from('first')] })
  await new Promise(resolve => setTimeout(resolve, 20))
  const other = exchange(connection, { ...API, body: [Buffer.from('other')] })
  assert.deepEqual((await Promise.all([first, other])).map(String), ['first', 'other'])
})

test('kafkajs is told how long the broker wants to be left alone', async t => {
  const connection = await connect(t, (socket, request) => {
    const body = Buffer.alloc(8)
    body.writeInt32BE(60_000, 4)
    socket.write(answerOf(request, body))
  })
  const before = Date.now()
  await exchange(connection, { ...API, body: PIECES, throttleMs: answer => answer.readInt32BE(4) })
  assert.ok(connection.requestQueue.throttledUntil >= before + 60_000)
})

test('a request fails with its connection, and one without a connection at once', async t => {
  const connection = await connect(t, socket => void socket.end())
  const request = { ...API, body: PIECES }
  await assert.rejects(exchange(connection, request), { name: 'KafkaJSConnectionClosedError' })
  await connection.disconnect()
  await assert.rejects(exchange(connection, request), { name: 'KafkaJSConnectionError' })
})

test('a connection whose session is over logs in before it sends', async t => {
  const connection = await connect(t, (socket, request) => void socket.write(answerOf(request, request)))
  const calls: string[] = []
  connection.isAuthenticated = () => false
  connection.authenticate = async () => void calls.push('authenticate')
  const push = connection.requestQueue.push.bind(connection.requestQueue)
  connection.requestQueue.push = request => {
    calls.push(request.entry.apiName)
    push(request)
  }
  await exchange(connection, { ...API, body: PIECES })
  assert.deepEqual(calls, ['authenticate', 'Produce'])
})
