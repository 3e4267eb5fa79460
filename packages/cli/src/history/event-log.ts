import type { EventRecord, EventType, FeatureView, Parent, Pipeline, VectorRecord } from '@millrace/core'
import { topics } from '@millrace/core'
import {
  type AvroSerde,
  KafkaCluster,
  type ScannedRecords,
  type ScanRanges,
  SchemaDirectory,
  scanRanges,
  scanTopic,
  TopicReader,
  TopicSerdes,
} from '@millrace/platform'
import type { Kafka } from 'kafkajs'
import { kafkaOf } from '../run/connect-kafka.ts'
import { findAddresses } from '../run/find-addresses.ts'
import { rangesWith } from './entity-partitions.ts'
import { type Erasure, findErasures } from './erasures.ts'
import { RepeatFilter } from './repeat-filter.ts'

/** A record as it stands in a topic. */
export interface Logged<R> {
  readonly partition: number
  readonly offset: number
  readonly record: R
  /** Its bytes. */
  readonly value: Buffer
}

/** What the topics of a pipeline hold: the clean events, and the vectors that were made of them. */
export interface EventLog {
  /** What the clean topic of an event type holds now. Throws TOPIC_MISSING and BROKER_UNAVAILABLE. */
  cleanRanges(type: EventType): Promise<ScanRanges>
  /** What the topic of the vectors holds now. Throws as `cleanRanges` does. */
  vectorRanges(): Promise<ScanRanges>
  /** The clean events of a type, each once, each partition in its order. Throws what `scanTopic` throws. */
  cleanEvents(type: EventType, ranges: ScanRanges): AsyncIterable<Logged<EventRecord>>
  /**
   * What made a view forget its entities, or these of them: tombstones, and requests by command. In no order, and repeats
   * included. Throws as `cleanEvents` does.
   */
  erasures(view: FeatureView, entities?: ReadonlySet<string>): Promise<readonly Erasure[]>
  /** The vectors, each once. Throws as `cleanEvents` does. */
  vectors(ranges: ScanRanges): AsyncIterable<Logged<VectorRecord>>
}

/** The topics as Kafka has them, read without a group. */
export class KafkaEventLog implements EventLog, AsyncDisposable {
  readonly #pipeline: Pipeline
  readonly #kafka: Kafka
  readonly #topicReader: TopicReader
  readonly #serdes: TopicSerdes

  private constructor(pipeline: Pipeline, kafka: Kafka, registryUrl: string) {
    this.#pipeline = pipeline
    this.#kafka = kafka
    this.#topicReader = new TopicReader(kafka)
    this.#serdes = new TopicSerdes(pipeline, new SchemaDirectory(registryUrl))
  }

  /** Connects to what the environment names, or to the stack of `millrace up`. Throws BROKER_UNAVAILABLE. */
  static async open(pipeline: Pipeline): Promise<KafkaEventLog> {
    const addresses = await findAddresses(process.env, ['kafkaBrokers', 'schemaRegistryUrl'])
    const kafka = kafkaOf(addresses.kafkaBrokers, { retries: 3 })
    const log = new KafkaEventLog(pipeline, kafka, addresses.schemaRegistryUrl)
    await log.#topicReader.connect()
    return log
  }

  cleanRanges(type: EventType): Promise<ScanRanges> {
    return this.#ranges(topics.cleanTopic(this.#pipeline, type))
  }

  vectorRanges(): Promise<ScanRanges> {
    return this.#ranges(topics.vectorsTopic(this.#pipeline))
  }

  async *cleanEvents(type: EventType, ranges: ScanRanges): AsyncGenerator<Logged<EventRecord>> {
    const topic = topics.cleanTopic(this.#pipeline, type)
    yield* this.#read(topic, ranges, await this.#serdes.eventRecords(topic, type))
  }

  async erasures(view: FeatureView, entities?: ReadonlySet<string>): Promise<readonly Erasure[]> {
    const found: Erasure[] = []
    for (const type of view.sources) {
      const topic = topics.topicInto(this.#pipeline, type, view)
      const serde = await this.#serdes.eventRecords(topic, type)
      const all = await this.#ranges(topic)
      const source = {
        ranges: entities === undefined ? all : rangesWith(entities, all),
        scan: (ranges: ScanRanges) => this.#scan(topic, ranges),
        timesOf: async (records: ScannedRecords['records']) => {
          await serde.prepare(records.map(({ value }) => value))
          return records.map(({ value }) => serde.decode(value).event[type.eventTime] as number)
        },
      }
      found.push(...(await findErasures(view.name, source)))
    }
    return found
  }

  async *vectors(ranges: ScanRanges): AsyncGenerator<Logged<VectorRecord>> {
    const topic = topics.vectorsTopic(this.#pipeline)
    yield* this.#read(topic, ranges, await this.#serdes.vectors(topic))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#topicReader.close()
  }

  async #ranges(topic: string): Promise<ScanRanges> {
    await this.#topicReader.partitionCounts([topic])
    return scanRanges(this.#topicReader, topic)
  }

  #scan(topic: string, ranges: ScanRanges): AsyncIterable<ScannedRecords> {
    return scanTopic({ cluster: new KafkaCluster(this.#kafka), topic, ranges })
  }

  async *#read<R extends { readonly parent: Parent }>(
    topic: string,
    ranges: ScanRanges,
    serde: AvroSerde<R>,
  ): AsyncGenerator<Logged<R>> {
    const repeats = new RepeatFilter()
    for await (const { partition, records } of this.#scan(topic, ranges)) {
      await serde.prepare(records.map(({ value }) => value))
      for (const { offset, value } of records) {
        // An erase record is no event.
        if (value === null) continue
        const record = serde.decode(value)
        if (!repeats.isRepeat(partition, record.parent)) yield { partition, offset, record, value }
      }
    }
  }
}
