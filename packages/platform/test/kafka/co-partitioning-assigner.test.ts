import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AssignerProtocol, type Cluster } from 'kafkajs'
import { coPartitioningAssigner } from '../../src/kafka/co-partitioning-assigner.ts'

const TOPICS = ['clean', 'labels']

/** The assigner of a member of a group whose topics have these partition counts. */
function assignerOf(owned: readonly number[], counts: readonly number[] = [6, 6]) {
  const findTopicPartitionMetadata = (topic: string) => Array(counts[TOPICS.indexOf(topic)]!).fill({})
  const cluster = { findTopicPartitionMetadata } as unknown as Cluster
  return coPartitioningAssigner(() => owned)({ cluster, groupId: 'group', logger: undefined as never })
}

function memberOf(memberId: string, owned: readonly number[]) {
  const { metadata } = assignerOf(owned).protocol({ topics: TOPICS })
  return { memberId, memberMetadata: metadata }
}

type Assignment = Record<string, Record<string, number[]>>

async function assign(
  members: readonly { memberId: string; memberMetadata: Buffer }[],
  counts?: readonly number[],
): Promise<Assignment> {
  const assigned = await assignerOf([], counts).assign({ members: [...members], topics: TOPICS })
  return Object.fromEntries(
    assigned.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)!.assignment as Record<string, number[]>,
    ]),
  )
}

test('a member gets the same partitions of every topic, and keeps those that it says it owns', async () => {
  assert.deepStrictEqual(await assign([memberOf('a', [4, 5]), memberOf('b', [0])]), {
    a: { clean: [4, 5, 2], labels: [4, 5, 2] },
    b: { clean: [0, 1, 3], labels: [0, 1, 3] },
  })
})

test('a topic with fewer partitions gives only those it has', async () => {
  assert.deepStrictEqual(await assign([memberOf('a', [])], [3, 2]), {
    a: { clean: [0, 1, 2], labels: [0, 1] },
  })
})

test('the metadata of a member names its topics and what it owns now', () => {
  let owned: number[] = []
  const assigner = coPartitioningAssigner(() => owned)({
    cluster: {} as Cluster,
    groupId: 'group',
    logger: undefined as never,
  })
  owned = [3, 1]
  const { name, metadata } = assigner.protocol({ topics: TOPICS })
  const decoded = AssignerProtocol.MemberMetadata.decode(metadata)!
  assert.equal(name, 'millrace-co-partitioning')
  assert.deepStrictEqual([decoded.topics, String(decoded.userData)], [TOPICS, '[3,1]'])
})

test('a member without user data owned nothing', async () => {
  const metadata = AssignerProtocol.MemberMetadata.encode({
    version: 1,
    topics: TOPICS,
    userData: Buffer.alloc(0),
  })
  const assigned = await assign([{ memberId: 'a', memberMetadata: metadata }], [2, 2])
  assert.deepStrictEqual(assigned, { a: { clean: [0, 1], labels: [0, 1] } })
})
