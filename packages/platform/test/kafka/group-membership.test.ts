import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GroupMembership } from '../../src/kafka/group-membership.ts'
import { FakeConsumer } from './fake-consumer.ts'

const TOPICS = ['labels', 'keys']
const SUBSCRIBED = ['subscribe', { topics: TOPICS, fromBeginning: true }]
const PAUSED = ['pause', [{ topic: 'labels' }, { topic: 'keys' }]]

/** A member of a group of two topics, and what it told its owner. */
async function startMember() {
  const fake = new FakeConsumer()
  const told: unknown[][] = []
  const member = new GroupMembership({
    kafka: fake.kafka,
    groupId: 'group',
    topics: TOPICS,
    sessionTimeoutMs: 9_000,
    owned: () => [],
    onAssigned: partitions => told.push(['assigned', partitions]),
    onRebalanced: seconds => told.push(['rebalanced', seconds]),
    onHeard: () => told.push(['heard']),
    onCrash: error => told.push(['crash', error.message]),
  })
  await member.start()
  assert.deepStrictEqual(fake.told.splice(0), [SUBSCRIBED])
  return { fake, told, member }
}

test('at every join all topics are paused, and the partitions are told in ascending order', async () => {
  const { fake, told } = await startMember()
  fake.join({ labels: [2, 0], keys: [10, 2, 0] })
  fake.join({})
  assert.deepStrictEqual(fake.told, [PAUSED, PAUSED])
  assert.deepStrictEqual(told, [
    ['rebalanced', 0.25],
    ['assigned', [0, 2, 10]],
    ['rebalanced', 0.25],
    ['assigned', []],
  ])
})

test('a heartbeat that was answered is a sign of life', async () => {
  const { fake, told } = await startMember()
  fake.beat()
  assert.deepStrictEqual(told, [['heard']])
})

test('positions are committed, and failing to commit does no harm', async () => {
  const { fake, member } = await startMember()
  const positions = [{ topic: 'keys', partition: 1, offset: 5 }]
  assert.equal(await member.commit([]), false)
  assert.equal(await member.commit(positions), true)
  assert.deepStrictEqual(fake.told, [['commit', [{ topic: 'keys', partition: 1, offset: '5' }]]])
  fake.commitOffsets = async () => {
    throw new Error('the generation has gone by')
  }
  assert.equal(await member.commit(positions), false)
})

test('a consumer that the client gave up is started again', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { fake, told, member } = await startMember()
  fake.crash({ error: new Error('passing'), restart: true })
  t.mock.timers.tick(10_000)
  assert.deepStrictEqual(fake.told, [])
  fake.crash({ error: Object.assign(new Error('late'), { type: 'ILLEGAL_GENERATION' }), restart: false })
  t.mock.timers.tick(10_000)
  await new Promise(resolve => setImmediate(resolve))
  assert.deepStrictEqual(fake.told.splice(0), [SUBSCRIBED])
  fake.crash({ error: new Error('late again'), restart: false })
  await member.stop()
  t.mock.timers.tick(10_000)
  assert.deepStrictEqual([fake.told, told], [[['disconnect']], []])
})

test('a group that the brokers refuse is reported as crashed', async () => {
  const { fake, told } = await startMember()
  const cause = Object.assign(new Error('refused'), { type: 'GROUP_AUTHORIZATION_FAILED' })
  fake.crash({ error: new Error('final', { cause }), restart: false })
  assert.deepStrictEqual(told, [['crash', 'final']])
})
