import { MillraceError } from '@millrace/core'
import { connectRedis, nodesOf, reachRedis } from '@millrace/platform'
import type { StackAddresses } from '@millrace/platform/local-stack'
import { connectKafka } from '../run/connect-kafka.ts'

/**
 * Removes all topics, keys and subjects, so that the next run meets nothing that was written under another
 * declaration. Only for a stack that nobody else uses.
 */
export async function emptyStack(addresses: StackAddresses): Promise<void> {
  await Promise.all([
    removeTopics(addresses.kafkaBrokers),
    removeKeys(addresses.redisUrl),
    removeSubjects(addresses.schemaRegistryUrl),
  ])
}

async function removeTopics(brokers: string): Promise<void> {
  const { admin } = await connectKafka(brokers)
  try {
    const topics = (await admin.listTopics()).filter(topic => !topic.startsWith('__'))
    if (topics.length > 0) await admin.deleteTopics({ topics })
    const { groups } = await admin.listGroups()
    // One that a dead process has not left yet stays: stages start from their checkpoints, not from its offsets.
    await admin.deleteGroups(groups.map(group => group.groupId)).catch(() => {})
  } finally {
    await admin.disconnect()
  }
}

async function removeKeys(url: string): Promise<void> {
  const redis = connectRedis(url)
  try {
    await reachRedis(redis)
    for (const master of nodesOf(redis).masters) await master.flushall()
  } finally {
    redis.disconnect()
  }
}

async function removeSubjects(registry: string): Promise<void> {
  const subjects = (await ask(`${registry}/subjects`)) as readonly string[]
  for (const subject of subjects) await ask(`${registry}/subjects/${encodeURIComponent(subject)}`, 'DELETE')
}

async function ask(url: string, method = 'GET'): Promise<unknown> {
  const response = await fetch(url, { method })
  if (response.ok) return response.json()
  throw new MillraceError(
    'REGISTRY_UNAVAILABLE',
    `The schema registry answers ${response.status} to ${method} ${url}.`,
  )
}
