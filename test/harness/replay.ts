import type { SimulatedEvent } from '@millrace/card-fraud/simulator'
import type { Deployment } from './deployment.ts'
import { foreignPartition, produce, type RawRecord, watermarkRecords } from './raw-topics.ts'

/** Produces a finished stream of events in its order, and tells the ingestor that it ends. */
export async function produceReplay(
  deployment: Deployment,
  events: readonly SimulatedEvent[],
): Promise<void> {
  const partitions = deployment.rawPartitions
  const ends = deployment.pipeline.events.flatMap(({ topic }) => watermarkRecords(topic, partitions, 'end'))
  await produce(deployment.kafka, [...events.map(event => rawRecordOf(event, partitions)), ...ends])
}

/** The raw record of a simulated event, in the partition where a foreign producer puts its key. */
export function rawRecordOf({ type, event }: SimulatedEvent, partitions: number): RawRecord {
  const [topic, key] =
    type === 'transaction' ? ['transactions', event.customerId] : ['transaction-labels', event.terminalId]
  return { topic, partition: foreignPartition(key, partitions), key, value: JSON.stringify(event) }
}
