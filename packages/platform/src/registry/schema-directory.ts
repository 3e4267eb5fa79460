import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { type AvroSchema, MillraceError } from '@millrace/core'
import avro, { type Type } from 'avsc'
import { loginHeaders, type RegistryAddress, registryAddress } from './registry-address.ts'

/** How long an id that the registry does not know is taken as unknown (ms). */
const UNKNOWN_FOR_MS = 30_000
/** Ids come from whoever writes the topic, so what is remembered of them is bounded. */
const MOST_SCHEMAS = 1_000
/** How long the registry may take to show that it is there (ms). */
const REACH_LIMIT_MS = 5_000

export interface SchemaDirectoryOptions {
  /** A schema of ours was written under an id that the registry does not have, or has given to another one. */
  readonly onForgotten?: (id: number) => void
}

/** Writer schemas by id, for ever since ids never change, and ids of our own schemas. */
export class SchemaDirectory {
  readonly #address: RegistryAddress
  readonly #registry: SchemaRegistry
  readonly #onForgotten: (id: number) => void
  readonly #types = new Map<number, Type>()
  readonly #unknown = new Map<number, number>()

  /** @param address may bring a login: `https://user:password@host/path` */
  constructor(address: string, { onForgotten = () => {} }: SchemaDirectoryOptions = {}) {
    this.#address = registryAddress(address)
    this.#onForgotten = onForgotten
    const { url, login } = this.#address
    this.#registry = new SchemaRegistry({
      host: url,
      ...(login && { auth: login }),
      retry: { retries: 2, initialRetryTimeInSecs: 0.1 },
    })
  }

  /** Resolves when a registry answers at the address. Throws REGISTRY_UNAVAILABLE. */
  async reach(): Promise<void> {
    const response = await fetch(`${this.#address.url}/subjects`, {
      headers: loginHeaders(this.#address),
      signal: AbortSignal.timeout(REACH_LIMIT_MS),
    }).catch(cause => {
      throw unavailable(cause)
    })
    await response.body?.cancel()
    if (!response.ok) throw unavailable(new Error(`GET /subjects was answered with ${response.status}`))
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

  /** The Avro type of a writer schema, undefined when the registry has none. Throws REGISTRY_UNAVAILABLE. */
  find(id: number): Promise<Type | undefined> {
    return this.typeOf(id).catch(error => {
      if (error instanceof MillraceError && error.code === 'SCHEMA_UNKNOWN') return undefined
      throw error
    })
  }

  /** Tells that the registry has lost what it once knew by this id. */
  reportForgotten(id: number): void {
    this.#onForgotten(id)
  }

  /** The id under which a schema is registered. Throws SCHEMA_UNKNOWN when it is not. */
  async idOf(subject: string, schema: AvroSchema): Promise<number> {
    try {
      return await this.#registry.getRegistryIdBySchema(subject, {
        type: SchemaType.AVRO,
        schema: JSON.stringify(schema),
      })
    } catch (error) {
      if (!isUnregistered(error)) throw unavailable(error)
      throw new MillraceError(
        'SCHEMA_UNKNOWN',
        `The schema of ${subject} is not registered: run "millrace deploy" first, or again if the registry lost its schemas.`,
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

/** The client turns every 404 of this question, however a registry words it, into an error without the status. */
function isUnregistered(error: unknown): boolean {
  return (error as Error).name === 'ConfluentSchemaRegistryError'
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
