import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { freePorts } from '../../src/local-stack/free-port.ts'
import { kafkaAnswers, redisAnswers } from '../../src/local-stack/probe.ts'

/** A server that answers the first bytes of a connection with `reply`. */
async function serverThatSays(t: TestContext, reply: Buffer | string): Promise<string> {
  const server = createServer(socket => socket.once('data', () => socket.end(reply))).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The beginning of a metadata response: size, correlation id, number of brokers. */
function metadataOf(brokerCount: number): Buffer {
  const reply = Buffer.alloc(12)
  reply.writeInt32BE(8, 0)
  reply.writeInt32BE(1, 4)
  reply.writeInt32BE(brokerCount, 8)
  return reply
}

test('Kafka answers when its metadata names a broker', async t => {
  assert.equal(await kafkaAnswers(await serverThatSays(t, metadataOf(1))), true)
})

test('Kafka does not answer while its only broker is fenced', async t => {
  assert.equal(await kafkaAnswers(await serverThatSays(t, metadataOf(0))), false)
})

test('Redis answers when it answers PING', async t => {
  assert.equal(await redisAnswers(await serverThatSays(t, '+PONG\r\n')), true)
})

test('Redis does not answer while it loads its data', async t => {
  const address = await serverThatSays(t, '-LOADING Redis is loading the dataset in memory\r\n')
  assert.equal(await redisAnswers(address), false)
})

test('a closed port is an error', async () => {
  const [port] = await freePorts(1)
  await assert.rejects(redisAnswers(`127.0.0.1:${port}`), { code: 'ECONNREFUSED' })
})
