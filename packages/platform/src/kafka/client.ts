import { Kafka, logLevel } from 'kafkajs'
import { quietQueues } from './quiet-queues.ts'
import type { KafkaSecurity } from './security.ts'
import { plugInZstd } from './zstd-codec.ts'

/** Where lines of the Kafka client go. */
export interface ClientLog {
  debug(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/**
 * A client of the given brokers (`host:port`). It tries again with growing pauses. What it reports as
 * an error and then retries (a coordinator that is loading, a leader that moves) is logged as debug.
 */
export function createKafka(options: {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly log: ClientLog
  /** Without it anybody on the way may read and write. */
  readonly security?: KafkaSecurity
  /** Attempts after the first one, also to connect: about 30 s with 10, 1 s with 3. Default 10. */
  readonly retries?: number
}): Kafka {
  const { brokers, clientId, log, security, retries = 10 } = options
  quietQueues()
  plugInZstd()
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ...security,
    authenticationTimeout: 10_000,
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 100, maxRetryTime: 5_000, retries },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ namespace, log: { message, timestamp: _, logger: __, ...fields } }) => {
        log.debug({ kafka: namespace, ...fields }, message)
      },
  })
}
