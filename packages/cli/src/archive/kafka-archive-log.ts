import type { Pipeline } from '@millrace/core'
import {
  KafkaCluster,
  type ScannedRecords,
  type ScanRanges,
  SchemaDirectory,
  scanTopic,
  TopicReader,
  TopicSerdes,
} from '@millrace/platform'
import type { Kafka } from 'kafkajs'
import { kafkaOf } from '../run/connect-kafka.ts'
import { findAddresses } from '../run/find-addresses.ts'
import type { ArchiveLog, HeldOffsets } from './archive-log.ts'
import { type ArchivedTopic, archivedTopics } from './archived-topic.ts'

/** The topics as Kafka has them, read without a group. */
export class KafkaArchiveLog implements ArchiveLog, AsyncDisposable {
  readonly #kafka: Kafka
  readonly #topicReader: TopicReader
  readonly #directory: SchemaDirectory

  private constructor(kafka: Kafka, registryUrl: string) {
    this.#kafka = kafka
    this.#topicReader = new TopicReader(kafka)
    this.#directory = new SchemaDirectory(registryUrl)
  }

  /** Connects to what the environment names, or to the stack of `millrace up`. Throws BROKER_UNAVAILABLE. */
  static async open(): Promise<KafkaArchiveLog> {
    const { kafkaBrokers, schemaRegistryUrl } = await findAddresses(process.env, [
      'kafkaBrokers',
      'schemaRegistryUrl',
    ])
    const kafka = kafkaOf(kafkaBrokers, { clientId: 'millrace-archive' })
    const log = new KafkaArchiveLog(kafka, schemaRegistryUrl)
    await log.#topicReader.connect()
    return log
  }

  /** What is archived of a pipeline. Throws SCHEMA_UNKNOWN and REGISTRY_UNAVAILABLE. */
  topicsOf(pipeline: Pipeline): Promise<readonly ArchivedTopic[]> {
    return archivedTopics(pipeline, new TopicSerdes(pipeline, this.#directory))
  }

  /** Throws TOPIC_MISSING beside. */
  async offsets(topic: string): Promise<ReadonlyMap<number, HeldOffsets>> {
    await this.#topicReader.partitionCounts([topic])
    return this.#topicReader.offsets(topic)
  }

  scan(topic: string, ranges: ScanRanges): AsyncIterable<ScannedRecords> {
    return scanTopic({ cluster: new KafkaCluster(this.#kafka), topic, ranges })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#topicReader.close()
  }
}
