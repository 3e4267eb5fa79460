import { WALL_CLOCK } from '@millrace/core'
import { z } from 'zod'
import { edgeConfig } from '../http/edge-config.ts'
import { kafkaSecurityConfig } from '../kafka/security.ts'
import { drainConfig } from '../lifecycle/drain-config.ts'
import { LOG_LEVELS } from '../logging/logger.ts'
import { address, brokerList, clock, redisAddress } from './fields.ts'
import { wholeNumber } from './plain-fields.ts'

/** What every service reads from its environment; a service adds its own with `sharedConfig.extend({ … })`. */
export const sharedConfig = z.object({
  /** Kafka brokers to start from. */
  KAFKA_BROKERS: brokerList(),
  ...kafkaSecurityConfig.shape,
  REDIS_URL: redisAddress(),
  SCHEMA_REGISTRY_URL: address('http', 'https'),
  /** Path of the pipeline file. */
  PIPELINE: z.string(),
  ...edgeConfig.shape,
  ...drainConfig,
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  /** The clock of the deployment, the same in all its services. */
  CLOCK: clock().default(WALL_CLOCK),
  /** `arrival` for live traffic, `strict` for replays. */
  ORDER: z.enum(['arrival', 'strict'], 'must be arrival or strict').default('arrival'),
  /** How long a consumer may stay silent before its partitions go to others (ms). */
  SESSION_TIMEOUT_MS: wholeNumber({ min: 1_000, max: 300_000 }).default(30_000),
  /** Memory for the states of each stage (bytes, estimated). */
  STATE_CACHE_BYTES: wholeNumber({ min: 100_000, max: 100_000_000_000 }).default(64_000_000),
})

export type SharedConfig = Readonly<z.output<typeof sharedConfig>>
