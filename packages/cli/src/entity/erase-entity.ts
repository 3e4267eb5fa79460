import { randomUUID } from 'node:crypto'
import { type AuditRecord, type FeatureView, type Pipeline, partitionOf, topics } from '@millrace/core'
import { type RedisClient, RedisStateStore, readPartitionCounts } from '@millrace/platform'
import type { Admin, Kafka } from 'kafkajs'
import { Audit, hashEntity } from './audit.ts'
import { EraseWatch } from './erase-watch.ts'
import { RecordSender } from './record-sender.ts'

export interface EraseRequest extends Pick<AuditRecord, 'by' | 'reason'> {
  readonly pipeline: Pipeline
  readonly view: FeatureView
  /** As events name it, cleaned. */
  readonly entity: string
  /** How long the owner of the entity may take (ms). */
  readonly waitMs: number
}

export interface EraseConnections {
  readonly kafka: Kafka
  /** Connected. */
  readonly admin: Admin
  readonly redis: RedisClient
}

/**
 * Lets a view forget an entity. The request goes through every topic into the view's stage, behind all that stands there,
 * so that the owner of the entity carries it out in its order, in one write with its checkpoint. Answers the id of
 * the command in the audit. Throws ERASE_PENDING when that takes longer than it may, and TOPIC_MISSING.
 */
export async function eraseEntity(
  { pipeline, view, entity, waitMs, ...who }: EraseRequest,
  { kafka, admin, redis }: EraseConnections,
): Promise<string> {
  const { namespace } = pipeline
  const inputs = topics.topicsOfStage(pipeline, view.name)
  const auditTopic = topics.auditTopic(pipeline)
  const counts = await readPartitionCounts(admin, [...inputs, auditTopic])
  const partition = partitionOf(entity, counts.get(inputs[0]!)!)
  const store = new RedisStateStore(redis, { namespace, stage: view.name, stateTtl: view.ttl })
  const sender = await RecordSender.connect(kafka)
  const id = randomUUID()
  const audit = new Audit(
    { id, action: 'entity-erase', view: view.name, entity: hashEntity(entity), ...who },
    record => sender.send(auditTopic, 0, record),
  )
  try {
    await audit.note('requested')
    const watch = await EraseWatch.start(store, partition)
    const offsets: number[] = []
    for (const topic of inputs)
      offsets.push(await sender.sendErase(topic, partition, { entity, views: [view.name] }))
    await watch.untilHandled(offsets, waitMs)
    await audit.note('done')
    return id
  } finally {
    await sender.close()
  }
}
