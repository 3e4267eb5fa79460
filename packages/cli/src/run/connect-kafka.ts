import { createKafka, kafkaSecurityFrom } from '@millrace/platform'
import type { Admin, Kafka } from 'kafkajs'

/** What the client reports is retried; what it cannot mend it throws. */
const SILENT_LOG = { debug: () => {}, warn: () => {} }

export interface KafkaClientOptions {
  /** Default `millrace-cli`. */
  readonly clientId?: string
  /** As for `createKafka`. */
  readonly retries?: number
}

/** A client of the brokers (`host:port,host:port`), secured as the environment says. Throws CONFIG_INVALID. */
export function kafkaOf(
  brokers: string,
  { clientId = 'millrace-cli', ...options }: KafkaClientOptions = {},
): Kafka {
  return createKafka({
    brokers: brokers.split(',').map(broker => broker.trim()),
    clientId,
    log: SILENT_LOG,
    security: kafkaSecurityFrom(process.env),
    ...options,
  })
}

/** As `kafkaOf`, with a connected admin of it. */
export async function connectKafka(
  brokers: string,
): Promise<{ readonly kafka: Kafka; readonly admin: Admin }> {
  const kafka = kafkaOf(brokers)
  const admin = kafka.admin()
  await admin.connect()
  return { kafka, admin }
}
