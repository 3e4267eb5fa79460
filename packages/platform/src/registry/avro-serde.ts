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

/**
 * Encodes values of one schema and decodes those of every schema that it can be resolved from. A registry that was
 * restarted empty gives out its ids anew: an id that it does not know, or that it gave to another record, was written
 * before, and such a value is read by our own schema.
 */
export class AvroSerde<T> {
  readonly #type: Type
  readonly #schemaId: number
  readonly #directory: SchemaDirectory
  /** By schema id; none where the writer's schema is taken to be our own. */
  readonly #resolvers = new Map<number, Resolver | undefined>()

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

  /** Makes `decode` ready for these values. Throws RECORD_UNREADABLE or REGISTRY_UNAVAILABLE. */
  async prepare(values: readonly (Buffer | null)[]): Promise<void> {
    for (const value of values) {
      const id = value === null ? undefined : unframe(value)?.schemaId
      if (id === undefined || id === this.#schemaId || this.#resolvers.has(id)) continue
      this.#resolvers.set(id, await this.#resolverOf(id))
    }
  }

  async #resolverOf(id: number): Promise<Resolver | undefined> {
    const writer = await this.#directory.find(id)
    if (writer === undefined || writer.name !== this.#type.name) {
      this.#directory.reportForgotten(id)
      return undefined
    }
    try {
      return this.#type.createResolver(writer)
    } catch (cause) {
      throw unreadable(`its schema ${id} does not fit ours`, cause)
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
