import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cluster } from 'ioredis'
import { connectRedis } from '../../src/redis/connect.ts'

test('nodes that a cluster names by itself are reached with the login and the TLS of its address', t => {
  const client = connectRedis('rediss+cluster://user:p%40ss@a.example:7000,b.example')
  t.after(() => client.disconnect())
  assert.ok(client instanceof Cluster)
  const { username, password, tls } = client.options.redisOptions ?? {}
  assert.deepStrictEqual({ username, password, tls }, { username: 'user', password: 'p@ss', tls: {} })
})
