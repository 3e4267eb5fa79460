import { setTimeout as delay } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { SharedConfig } from '../config/shared-config.ts'
import { createKafka } from '../kafka/client.ts'
import { TopicReader } from '../kafka/topic-reader.ts'
import type { Health } from '../lifecycle/health.ts'
import type { Logger } from '../logging/logger.ts'
import { connectRedis, refuseEviction } from '../redis/connect.ts'
import { SchemaDirectory } from '../registry/schema-directory.ts'

/** What a service is connected to. */
export interface Connections {
  readonly kafka: Kafka
  readonly topicReader: TopicReader
  readonly redis: Redis
  readonly directory: SchemaDirectory
  close(): Promise<void>
}

const RETRY_MS = 2_000

/**
 * Connects a service to Kafka, Redis and the schema registry. What cannot be reached is named in the log and in
 * `/readyz`, and tried until it can. Throws EVICTION_ENABLED.
 */
export async function openConnections(
  config: Pick<SharedConfig, 'KAFKA_BROKERS' | 'REDIS_URL' | 'SCHEMA_REGISTRY_URL'>,
  { name, logger, health }: { readonly name: string; readonly logger: Logger; readonly health: Health },
): Promise<Connections> {
  const kafka = createKafka({ brokers: config.KAFKA_BROKERS, clientId: `millrace-${name}`, log: logger })
  const topicReader = new TopicReader(kafka)
  const redis = connectRedis(config.REDIS_URL)
  await untilReached('kafka', () => topicReader.connect(), { logger, health })
  await untilReached('redis', () => redis.connect(), { logger, health })
  await refuseEviction(redis)
  const directory = new SchemaDirectory(config.SCHEMA_REGISTRY_URL)
  return {
    kafka,
    topicReader,
    redis,
    directory,
    async close() {
      await topicReader.close()
      redis.disconnect()
    },
  }
}

async function untilReached(
  part: string,
  connect: () => Promise<unknown>,
  { logger, health }: { logger: Logger; health: Health },
): Promise<void> {
  for (;;) {
    try {
      await connect()
      return health.ready(part, true)
    } catch (error) {
      health.ready(part, false, 'cannot be reached')
      logger.warn({ err: error, part }, `${part} cannot be reached: trying again`)
      await delay(RETRY_MS)
    }
  }
}
