import {
  type AvroSchema,
  type EventRecord,
  type EventType,
  eventRecordSchema,
  type Pipeline,
  type VectorRecord,
  vectorRecordSchema,
} from '@millrace/core'
import { AvroSerde } from '../registry/avro-serde.ts'
import { avroTypeOf, type SchemaDirectory } from '../registry/schema-directory.ts'

/** The serdes of a pipeline's inner topics, with the schemas that are registered for them. */
export class TopicSerdes {
  readonly #pipeline: Pipeline
  readonly #directory: SchemaDirectory

  constructor(pipeline: Pipeline, directory: SchemaDirectory) {
    this.#pipeline = pipeline
    this.#directory = directory
  }

  /** Of a clean topic or a hop of `event`. Throws SCHEMA_UNKNOWN when its schema is not registered. */
  eventRecords(topic: string, event: EventType): Promise<AvroSerde<EventRecord>> {
    return this.#serde(topic, eventRecordSchema(this.#pipeline, event))
  }

  /** Of the vectors topic. Throws SCHEMA_UNKNOWN when its schema is not registered. */
  vectors(topic: string): Promise<AvroSerde<VectorRecord>> {
    return this.#serde(topic, vectorRecordSchema(this.#pipeline))
  }

  async #serde<T>(topic: string, schema: AvroSchema): Promise<AvroSerde<T>> {
    return new AvroSerde<T>(
      avroTypeOf(schema),
      await this.#directory.idOf(`${topic}-value`, schema),
      this.#directory,
    )
  }
}
