import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusterNodesOf, isRedisAddress, redisHosts } from '../../src/redis/address.ts'

test("a cluster's address stands for one of each node, with the same login", () => {
  assert.deepStrictEqual(clusterNodesOf('redis+cluster://a:7000,b'), ['redis://a:7000', 'redis://b'])
  assert.deepStrictEqual(clusterNodesOf('rediss+cluster://user:p%40ss@a:1,[::1]:2/'), [
    'rediss://user:p%40ss@a:1',
    'rediss://user:p%40ss@[::1]:2',
  ])
  assert.equal(clusterNodesOf('redis://a:7000'), undefined)
})

test('addresses of one Redis and of clusters are told from others', () => {
  const good = [
    'redis://localhost',
    'rediss://:secret@a:6379/1',
    'redis+cluster://a:1',
    'rediss+cluster://a,b',
  ]
  const bad = [
    'http://a',
    'a:6379',
    'redis+cluster://',
    'redis+cluster://a:1,',
    'redis+cluster://a:x',
    'redis+cluster://a:1/2',
  ]
  assert.deepStrictEqual(good.filter(isRedisAddress), good)
  assert.deepStrictEqual(bad.filter(isRedisAddress), [])
})

test('hosts are named without credentials', () => {
  assert.deepStrictEqual(redisHosts('redis+cluster://user:secret@a:1,b:2'), ['a:1', 'b:2'])
  assert.deepStrictEqual(redisHosts('rediss://user:secret@a:1/3'), ['a:1'])
})
