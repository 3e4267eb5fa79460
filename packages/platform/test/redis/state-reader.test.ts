import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { partitionOf } from '@millrace/core'
import { connectOnlineRedis } from '../../src/redis/connect-online.ts'
import { RedisStateReader } from '../../src/redis/state-reader.ts'

/** A connection that remembers what it was asked. */
function connection(
  hashes: Record<string, Record<string, string>>,
  values: Record<string, Buffer> = {},
  isCluster = false,
) {
  const asked: string[] = []
  return {
    asked,
    isCluster,
    hgetall: async (key: string) => {
      asked.push(`HGETALL ${key}`)
      return hashes[key] ?? {}
    },
    mgetBuffer: async (keys: string[]) => {
      asked.push(`MGET ${keys.join(' ')}`)
      return keys.map(key => values[key] ?? null)
    },
  }
}

const REQUESTS = [
  { view: 'card', entity: 'c1' },
  { view: 'shop', entity: 's9' },
]
const CARD_KEY = `{test.v1:card:${partitionOf('c1', 4)}}:state:c1`
const SHOP_KEY = `{test.v1:shop:${partitionOf('s9', 6)}}:state:s9`

test('each state is read from the partition of its entity, and the partition counts only once', async () => {
  const counts = { '{test.v1}:partitions': { card: '4', shop: '6' } }
  const redis = connection(counts, { [SHOP_KEY]: Buffer.from('state') })
  const reader = new RedisStateReader(redis, 'test.v1')
  assert.deepStrictEqual(await reader.read(REQUESTS), [undefined, Buffer.from('state')])
  await reader.read(REQUESTS.slice(1))
  assert.deepStrictEqual(redis.asked, [
    'HGETALL {test.v1}:partitions',
    `MGET ${CARD_KEY} ${SHOP_KEY}`,
    `MGET ${SHOP_KEY}`,
  ])
})

test('in a cluster states of one partition are read by one command, and each goes to its own place', async () => {
  const counts = { '{test.v1}:partitions': { card: '4', shop: '1' } }
  const keyOf = (entity: string) => `{test.v1:shop:0}:state:${entity}`
  const values = { [keyOf('s1')]: Buffer.from('one'), [keyOf('s3')]: Buffer.from('three') }
  const redis = connection(counts, { ...values, [CARD_KEY]: Buffer.from('card') }, true)
  const requests = ['s1', 's2', 's3'].map(entity => ({ view: 'shop', entity }))
  const states = await new RedisStateReader(redis, 'test.v1').read([...requests, REQUESTS[0]!])
  assert.deepStrictEqual(states.map(String), ['one', 'undefined', 'three', 'card'])
  assert.deepStrictEqual(redis.asked.slice(1), [
    `MGET ${keyOf('s1')} ${keyOf('s2')} ${keyOf('s3')}`,
    `MGET ${CARD_KEY}`,
  ])
})

test('callers at the same time share one reading of the partition counts', async () => {
  const redis = connection({ '{test.v1}:partitions': { card: '4', shop: '6' } })
  const reader = new RedisStateReader(redis, 'test.v1')
  await Promise.all([reader.read(REQUESTS), reader.read(REQUESTS)])
  assert.equal(redis.asked.filter(command => command.startsWith('HGETALL')).length, 1)
})

test('a missing partition count is read again with every request', async () => {
  const counts: Record<string, Record<string, string>> = {}
  const reader = new RedisStateReader(connection(counts), 'test.v1')
  await assert.rejects(reader.read(REQUESTS), {
    code: 'STORE_UNAVAILABLE',
    message: 'The feature view "card" has no states yet: start its feature builder.',
  })
  counts['{test.v1}:partitions'] = { card: '4', shop: '6' }
  assert.deepStrictEqual(await reader.read(REQUESTS), [undefined, undefined])
})

async function listen(t: TestContext, onConnection: (socket: Socket) => void): Promise<Server> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  return server
}

function connectTo(t: TestContext, server: Server) {
  const { port } = server.address() as AddressInfo
  const redis = connectOnlineRedis(`redis://127.0.0.1:${port}`, { commandTimeout: 20, socketTimeout: 100 })
  t.after(() => redis.disconnect())
  return redis
}

test('a Redis that accepts and stays silent fails the request', async t => {
  const redis = connectTo(t, await listen(t, () => {}))
  await once(redis, 'connect')
  await assert.rejects(new RedisStateReader(redis, 'test.v1').read(REQUESTS), {
    code: 'STORE_UNAVAILABLE',
    message: 'Redis does not answer.',
  })
})

/** Answers to what ioredis asks before a connection counts as ready; to anything else there is none. */
function greet(socket: Socket, data: Buffer): void {
  for (const command of data.toString().toLowerCase().split(/^\*/m)) {
    if (command.includes('\nhello\r')) socket.write('%1\r\n+server\r\n+redis\r\n')
    else if (command.includes('\nclient\r')) socket.write('+OK\r\n')
    else if (command.includes('\ninfo\r')) socket.write('$19\r\nredis_version:6.2.7\r\n')
  }
}

test('a Redis that falls silent once it is connected fails the request', async t => {
  const server = await listen(t, socket => socket.on('data', data => greet(socket, data)))
  const redis = connectTo(t, server)
  await once(redis, 'ready')
  await assert.rejects(new RedisStateReader(redis, 'test.v1').read(REQUESTS), {
    code: 'STORE_UNAVAILABLE',
    cause: new Error('Command timed out'),
  })
})

test('a request fails at once while there is no connection', async t => {
  const server = await listen(t, () => {})
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const redis = connectOnlineRedis(`redis://127.0.0.1:${port}`)
  t.after(() => redis.disconnect())
  await assert.rejects(new RedisStateReader(redis, 'test.v1').read(REQUESTS), { code: 'STORE_UNAVAILABLE' })
})
