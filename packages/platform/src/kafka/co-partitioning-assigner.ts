import { AssignerProtocol, type PartitionAssigner } from 'kafkajs'
import { assignPartitions } from './assign-partitions.ts'

const NAME = 'millrace-co-partitioning'
const VERSION = 1

/**
 * Partition p of every topic of the group goes to the same member, and stays with it where it can: the ones that
 * kafkajs ships split them.
 * @param owned the partitions that this member holds when it joins
 */
export function coPartitioningAssigner(owned: () => readonly number[]): PartitionAssigner {
  return ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    async assign({ members, topics }) {
      const counts = topics.map(topic => cluster.findTopicPartitionMetadata(topic).length)
      const known = members.map(({ memberId, memberMetadata }) => ({
        id: memberId,
        owned: decodeOwned(memberMetadata),
      }))
      return [...assignPartitions(known, Math.max(...counts))].map(([memberId, partitions]) => {
        const assignment = Object.fromEntries(
          topics.map((topic, i) => [topic, partitions.filter(p => p < counts[i]!)]),
        )
        const memberAssignment = AssignerProtocol.MemberAssignment.encode({
          version: VERSION,
          assignment,
          userData: Buffer.alloc(0),
        })
        return { memberId, memberAssignment }
      })
    },
    protocol({ topics }) {
      const userData = Buffer.from(JSON.stringify(owned()))
      return {
        name: NAME,
        metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData }),
      }
    },
  })
}

function decodeOwned(metadata: Buffer): number[] {
  const userData = AssignerProtocol.MemberMetadata.decode(metadata)?.userData
  return userData === undefined || userData.length === 0 ? [] : JSON.parse(userData.toString())
}
