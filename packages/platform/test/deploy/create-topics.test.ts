import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MillraceError, type PlannedTopic } from '@millrace/core'
import type { Admin, ITopicConfig } from 'kafkajs'
import { retentionOf } from '../../src/deploy/broker-retention.ts'
import { createTopics, topicConfig } from '../../src/deploy/create-topics.ts'

const planned = (name: string, changes: Partial<PlannedTopic> = {}): PlannedTopic => ({
  name,
  role: 'clean',
  partitions: 4,
  retentionMs: 5_000,
  maxMessageBytes: 100,
  format: { kind: 'original' },
  ...changes,
})

/** A cluster with some topics; it keeps what it is asked to create. */
function clusterWith(topics: Readonly<Record<string, number>>): { admin: Admin; asked: ITopicConfig[] } {
  const asked: ITopicConfig[] = []
  const admin = {
    listTopics: async () => Object.keys(topics),
    fetchTopicMetadata: async () => ({
      topics: Object.entries(topics).map(([name, count]) => ({ name, partitions: Array(count).fill({}) })),
    }),
    describeCluster: async () => ({ controller: 1, brokers: [{ nodeId: 1 }] }),
    describeConfigs: async () => ({ resources: [{ configEntries: [] }] }),
    createTopics: async (options: { readonly topics: ITopicConfig[] }) => asked.push(...options.topics),
  }
  return { admin: admin as unknown as Admin, asked }
}

test('missing topics are created, and those that are there are left alone', async () => {
  const { admin, asked } = clusterWith({ old: 4 })
  assert.deepStrictEqual(await createTopics(admin, [planned('old'), planned('new', { partitions: 2 })]), {
    created: ['new'],
    existing: ['old'],
    partitions: new Map([
      ['old', 4],
      ['new', 2],
    ]),
  })
  assert.deepStrictEqual(asked, [
    {
      topic: 'new',
      numPartitions: 2,
      replicationFactor: -1,
      configEntries: [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: '5000' },
        { name: 'max.message.bytes', value: '100' },
      ],
    },
  ])
})

test('a topic between the stages with another count is refused before anything is created', async () => {
  const { admin, asked } = clusterWith({ old: 3 })
  await assert.rejects(
    createTopics(admin, [planned('new'), planned('old')]),
    (error: unknown) => error instanceof MillraceError && error.code === 'PARTITIONS_CHANGED',
  )
  assert.deepStrictEqual(asked, [])
})

test('raw topics and dead letters may have any count', async () => {
  const { admin } = clusterWith({ raw: 12, dlq: 5 })
  const plan = [planned('raw', { role: 'raw' }), planned('dlq', { role: 'dead-letter' })]
  const { partitions } = await createTopics(admin, plan)
  assert.deepStrictEqual(Object.fromEntries(partitions), { raw: 12, dlq: 5 })
})

test('records are kept as long as the broker keeps others, where that is longer', () => {
  const retentionAt = (brokerRetentionMs: number): string | undefined =>
    topicConfig(planned('a'), brokerRetentionMs).configEntries?.find(({ name }) => name === 'retention.ms')
      ?.value
  assert.deepStrictEqual([0, 9_000, Number.POSITIVE_INFINITY].map(retentionAt), ['5000', '9000', '-1'])
})

test("the broker's retention is its finest setting that has a value", () => {
  const retention = (values: Record<string, string | null>): number =>
    retentionOf(new Map(Object.entries(values)))
  assert.equal(retention({ 'log.retention.ms': '5', 'log.retention.hours': '168' }), 5)
  assert.equal(retention({ 'log.retention.ms': null, 'log.retention.minutes': '2' }), 120_000)
  assert.equal(retention({ 'log.retention.hours': '168' }), 604_800_000)
  assert.equal(retention({ 'log.retention.ms': '-1' }), Number.POSITIVE_INFINITY)
  assert.equal(retention({}), 0)
})
