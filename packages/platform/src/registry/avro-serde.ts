import { MillraceError } from '@millrace/core'
import type { Resolver, Type } from 'avsc'
import type { SchemaDirectory } from './schema-directory.ts'

const MAGIC_BYTE = 0
const HEADER_BYTES = 5

/** Splits Confluent's framing (0, schema id, datum), or answers undefined for a value without it. */
export function unframe(value: Buffer): { readonly schemaId: number; readonly datum: Buffer } | undefined {
  if (value.length <= HEADER_BYTES || value[0] !== MAGIC_BYTE) return undefined
  return { schemaId: value.readInt32BE(1), datum: value.subarray(HEADER_BYTES) }
}

/** Encodes values of one schema and decodes those of every schema that it can be resolved from. */
export class AvroSerde<T> {
  readonly #type: Type
  readonly #schemaId: number
  readonly #directory: SchemaDirectory
  readonly #resolvers = new Map<number, Resolver>()

  constructor(type: Type, schemaId: number, directory: SchemaDirectory) {
    this.#type = type
    this.#schemaId = schemaId
    this.#directory = directory
  }

  encode(value: T): Buffer {
    const datum = this.#type.toBuffer(value)
    const framed = Buffer.allocUnsafe(HEADER_BYTES + datum.length)
    framed[0] = MAGIC_BYTE
    framed.writeInt32BE(this.#schemaId, 1)
    datum.copy(framed, HEADER_BYTES)
    return framed
  }

  /** Makes `decode` ready for these values. Throws SCHEMA_UNKNOWN or REGISTRY_UNAVAILABLE. */
  async prepare(values: readonly (Buffer | null)[]): Promise<void> {
    for (const value of values) {
      const id = value === null ? undefined : unframe(value)?.schemaId
      if (id === undefined || id === this.#schemaId || this.#resolvers.has(id)) continue
      this.#resolvers.set(id, this.#type.createResolver(await this.#directory.typeOf(id)))
    }
  }

  /** Decodes a value whose schema was prepared. Throws RECORD_UNREADABLE. */
  decode(value: Buffer | null): T {
    const framed = value === null ? undefined : unframe(value)
    if (framed === undefined) throw unreadable('it has no schema id')
    try {
      if (framed.schemaId === this.#schemaId) return this.#type.fromBuffer(framed.datum)
      return this.#type.fromBuffer(framed.datum, this.#resolvers.get(framed.schemaId))
    } catch (cause) {
      throw unreadable('its bytes are no datum of its schema', cause)
    }
  }
}

function unreadable(fault: string, cause?: unknown): MillraceError {
  return new MillraceError('RECORD_UNREADABLE', `A record of an inner topic cannot be read: ${fault}.`, {
    cause,
  })
}
