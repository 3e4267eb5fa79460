import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { SharedConfig } from '../config/shared-config.ts'
import { createKafka } from '../kafka/client.ts'
import { type KafkaSecurityConfig, openKafkaSecurity } from '../kafka/security.ts'
import { TopicReader } from '../kafka/topic-reader.ts'
import type { ServiceContext } from '../lifecycle/run-service.ts'
import { redisHosts } from '../redis/address.ts'
import { connectRedis, reachRedis } from '../redis/connect.ts'
import type { RedisClient } from '../redis/connection.ts'
import { SchemaDirectory } from '../registry/schema-directory.ts'
import { untilReached } from './until-reached.ts'

/** What a service is connected to. */
export interface Connections {
  readonly kafka: Kafka
  readonly topicReader: TopicReader
  readonly redis: Redis
  readonly directory: SchemaDirectory
  close(): Promise<void>
}

/**
 * Connects a service to Kafka, Redis and the schema registry. What cannot be reached is named in the log and in
 * `/readyz`, and tried until it can; a Redis that is lost later is named there as well. Throws EVICTION_ENABLED.
 */
export async function openConnections(
  config: Pick<SharedConfig, 'KAFKA_BROKERS' | 'REDIS_URL' | 'SCHEMA_REGISTRY_URL'> & KafkaSecurityConfig,
  context: Pick<ServiceContext, 'logger' | 'health' | 'stopping'> & { readonly name: string },
): Promise<Connections> {
  const { name, logger } = context
  const security = openKafkaSecurity(config)
  const client = { brokers: config.KAFKA_BROKERS, clientId: `millrace-${name}`, log: logger, security }
  const kafka = createKafka(client)
  // Whoever asks it tries again by himself, so it should soon say that nothing came.
  const topicReader = new TopicReader(createKafka({ ...client, retries: 3 }))
  const redis = connectRedis(config.REDIS_URL)
  const directory = new SchemaDirectory(config.SCHEMA_REGISTRY_URL, {
    onForgotten: schemaId =>
      logger.warn(
        { part: 'registry', schemaId },
        'the registry has lost the schema of records that wait: they are read by the one of this build',
      ),
  })
  const brokers = { part: 'kafka', where: `${config.KAFKA_BROKERS.join(', ')} (KAFKA_BROKERS)` }
  const store = { part: 'redis', where: `${redisHosts(config.REDIS_URL).join(', ')} (REDIS_URL)` }
  const schemas = { part: 'registry', where: `${hostOf(config.SCHEMA_REGISTRY_URL)} (SCHEMA_REGISTRY_URL)` }
  await untilReached(brokers, () => topicReader.connect(), context)
  await untilReached(store, () => reachRedis(redis), context)
  await untilReached(schemas, () => directory.reach(), context)
  reportRedis(redis, context)
  return {
    kafka,
    topicReader,
    // A stage asks nothing of it that a cluster has not as well.
    redis: redis as Redis,
    directory,
    async close() {
      await topicReader.close()
      redis.disconnect()
    },
  }
}

/** An address without its credentials. */
function hostOf(url: string): string {
  return new URL(url).host
}

/** Tells the log and `/readyz` when the connection is lost and when it is back. */
function reportRedis(
  redis: RedisClient,
  { logger, health }: Pick<ServiceContext, 'logger' | 'health'>,
): void {
  let lost = false
  redis.on('reconnecting', () => {
    if (lost) return
    lost = true
    health.ready('redis', false, 'the connection is lost')
    logger.warn({ part: 'redis' }, 'the connection to Redis is lost: connecting until it is back')
  })
  redis.on('ready', () => {
    lost = false
    health.ready('redis', true)
    logger.info({ part: 'redis' }, 'the connection to Redis is back')
  })
}
