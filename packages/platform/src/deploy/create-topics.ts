import { MillraceError, type PlannedTopic } from '@millrace/core'
import type { Admin, ITopicConfig } from 'kafkajs'
import { readPartitionCounts } from '../kafka/partition-counts.ts'
import { readBrokerRetention } from './broker-retention.ts'

/** The broker's own default. */
const DEFAULT_REPLICATION = -1

/** The topics of a deployment. */
export interface DeployedTopics {
  /** Topics that were missing. */
  readonly created: readonly string[]
  /** Topics that were there. */
  readonly existing: readonly string[]
  /** How many partitions each has now. */
  readonly partitions: ReadonlyMap<string, number>
}

/** Creates the planned topics that are missing, unless one that is there throws PARTITIONS_CHANGED. */
export async function createTopics(admin: Admin, plan: readonly PlannedTopic[]): Promise<DeployedTopics> {
  const present = new Set(await admin.listTopics())
  const existing = plan.filter(topic => present.has(topic.name))
  const missing = plan.filter(topic => !present.has(topic.name))
  const counts = await readPartitionCounts(admin, existing.map(nameOf))
  for (const topic of existing) refuseOtherCount(topic, counts.get(topic.name)!)
  if (missing.length > 0) {
    const brokerRetentionMs = await readBrokerRetention(admin)
    const topics = missing.map(topic => topicConfig(topic, brokerRetentionMs))
    await admin.createTopics({ topics, waitForLeaders: true })
  }
  const partitions = new Map(plan.map(({ name, partitions }) => [name, counts.get(name) ?? partitions]))
  return { created: missing.map(nameOf), existing: existing.map(nameOf), partitions }
}

const nameOf = (topic: PlannedTopic): string => topic.name

/** How a missing topic is created; records are never kept shorter than the broker would keep them. */
export function topicConfig(topic: PlannedTopic, brokerRetentionMs: number): ITopicConfig {
  const retentionMs = Math.max(topic.retentionMs, brokerRetentionMs)
  return {
    topic: topic.name,
    numPartitions: topic.partitions,
    replicationFactor: DEFAULT_REPLICATION,
    configEntries: [
      { name: 'cleanup.policy', value: 'delete' },
      { name: 'retention.ms', value: Number.isFinite(retentionMs) ? String(retentionMs) : '-1' },
      { name: 'max.message.bytes', value: String(topic.maxMessageBytes) },
    ],
  }
}

/** Raw topics are the producers' matter; the number of partitions between the stages places the entities. */
function refuseOtherCount({ name, role, partitions }: PlannedTopic, count: number): void {
  if (role === 'raw' || role === 'dead-letter' || count === partitions) return
  throw new MillraceError(
    'PARTITIONS_CHANGED',
    `${name} has ${count} partitions, not ${partitions}: deploy with the number it has, or under a new version of the pipeline.`,
    { details: { topic: name, count, wanted: partitions } },
  )
}
