import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { type AvroSchema, MillraceError } from '@millrace/core'
import avro, { type Type } from 'avsc'

/** How long an id that the registry does not know is taken as unknown (ms). */
const UNKNOWN_FOR_MS = 30_000
/** Ids come from whoever writes the topic, so what is remembered of them is bounded. */
const MOST_SCHEMAS = 1_000

/** Writer schemas by id, for ever since ids never change, and ids of our own schemas. */
export class SchemaDirectory {
  readonly #registry: SchemaRegistry
  readonly #types = new Map<number, Type>()
  readonly #unknown = new Map<number, number>()

  constructor(url: string) {
    this.#registry = new SchemaRegistry({ host: url, retry: { retries: 2, initialRetryTimeInSecs: 0.1 } })
  }

  /** The type of a schema that was looked up before. */
  known(id: number): Type | undefined {
    return this.#types.get(id)
  }

  /** The Avro type of a writer schema. Throws SCHEMA_UNKNOWN or REGISTRY_UNAVAILABLE. */
  async typeOf(id: number): Promise<Type> {
    const known = this.#types.get(id)
    if (known !== undefined) return known
    if ((this.#unknown.get(id) ?? 0) > Date.now()) throw unknownSchema(id)
    try {
      const type = asType(await this.#registry.getSchema(id), id)
      if (this.#types.size < MOST_SCHEMAS) this.#types.set(id, type)
      return type
    } catch (error) {
      if (!isNotFound(error)) throw unavailable(error)
      if (this.#unknown.size >= MOST_SCHEMAS) this.#unknown.clear()
      this.#unknown.set(id, Date.now() + UNKNOWN_FOR_MS)
      throw unknownSchema(id)
    }
  }

  /** The id under which a schema is registered. Throws SCHEMA_UNKNOWN when it is not. */
  async idOf(subject: string, schema: AvroSchema): Promise<number> {
    try {
      return await this.#registry.getRegistryIdBySchema(subject, {
        type: SchemaType.AVRO,
        schema: JSON.stringify(schema),
      })
    } catch (error) {
      if (!isNotFound(error)) throw unavailable(error)
      throw new MillraceError(
        'SCHEMA_UNKNOWN',
        `The schema of ${subject} is not registered: run "millrace deploy" first.`,
        { cause: error, details: { subject } },
      )
    }
  }

  /** Registers a schema under a subject; compatible changes only. Answers its id. */
  async register(subject: string, schema: AvroSchema): Promise<number> {
    const { id } = await this.#registry.register(
      { type: SchemaType.AVRO, schema: JSON.stringify(schema) },
      { subject },
    )
    return id
  }
}

/** Builds the type of one of our own schemas. */
export function avroTypeOf(schema: AvroSchema): Type {
  return avro.Type.forSchema(schema as avro.Schema)
}

function asType(schema: unknown, id: number): Type {
  if (avro.Type.isType(schema)) return schema as unknown as Type
  throw unknownSchema(id)
}

function isNotFound(error: unknown): boolean {
  const { status, message } = error as { status?: number; message?: string }
  return (
    status === 404 ||
    (error instanceof MillraceError && error.code === 'SCHEMA_UNKNOWN') ||
    /not found/i.test(message ?? '')
  )
}

function unknownSchema(id: number): MillraceError {
  return new MillraceError('SCHEMA_UNKNOWN', `The registry has no Avro schema with id ${id}.`, {
    details: { id },
  })
}

function unavailable(cause: unknown): MillraceError {
  return new MillraceError(
    'REGISTRY_UNAVAILABLE',
    'The schema registry did not answer: the stage tries again.',
    { cause },
  )
}
