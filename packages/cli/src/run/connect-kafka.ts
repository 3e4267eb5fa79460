import { createKafka, kafkaSecurityFrom } from '@millrace/platform'
import type { Admin, Kafka } from 'kafkajs'

/** What the client reports is retried; what it cannot mend it throws. */
const SILENT_LOG = { debug: () => {}, warn: () => {} }

/** A client of the brokers (`host:port,host:port`), and a connected admin of it. */
export async function connectKafka(
  brokers: string,
): Promise<{ readonly kafka: Kafka; readonly admin: Admin }> {
  const kafka = createKafka({
    brokers: brokers.split(',').map(broker => broker.trim()),
    clientId: 'millrace-cli',
    log: SILENT_LOG,
    security: kafkaSecurityFrom(process.env),
  })
  const admin = kafka.admin()
  await admin.connect()
  return { kafka, admin }
}
