import { MillraceError } from '@millrace/core'
import type { Resolver, Type } from 'avsc'
import type { SchemaDirectory } from './schema-directory.ts'

const MAGIC_BYTE = 0
const HEADER_BYTES = 5
/** Encoded values are parts of slabs of this size. */
const SLAB_BYTES = 65_536

/** Splits Confluent's framing (0, schema id, datum), or answers undefined for a value without it. */
export function unframe(value: Buffer): { readonly schemaId: number; readonly datum: Buffer } | undefined {
  const schemaId = schemaIdOf(value)
  return schemaId === undefined ? undefined : { schemaId, datum: value.subarray(HEADER_BYTES) }
}

function schemaIdOf(value: Buffer): number | undefined {
  if (value.length <= HEADER_BYTES || value[0] !== MAGIC_BYTE) return undefined
  return value.readInt32BE(1)
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
  #slab = Buffer.allocUnsafe(0)
  #used = 0

  constructor(type: Type, schemaId: number, directory: SchemaDirectory) {
    this.#type = type
    this.#schemaId = schemaId
    this.#directory = directory
  }

  encode(value: T): Buffer {
    const end = this.#write(value)
    const start = this.#used
    this.#slab[start] = MAGIC_BYTE
    this.#slab.writeInt32BE(this.#schemaId, start + 1)
    this.#used = end
    return this.#slab.subarray(start, end)
  }

  /** Writes the datum behind room for the header, in a new slab where the old one is full. Answers its end. */
  #write(value: T): number {
    const free = this.#slab.length - this.#used
    // Negative where it does not fit: the number of bytes that are missing.
    const end =
      free > HEADER_BYTES ? this.#type.encode(value, this.#slab, this.#used + HEADER_BYTES) : -SLAB_BYTES
    if (end >= 0) return end
    this.#slab = Buffer.allocUnsafe(Math.max(SLAB_BYTES, free - end))
    this.#used = 0
    return this.#write(value)
  }

  /** Makes `decode` ready for these values. Throws RECORD_UNREADABLE or REGISTRY_UNAVAILABLE. */
  async prepare(values: readonly (Buffer | null)[]): Promise<void> {
    for (const value of values) {
      const id = value === null ? undefined : schemaIdOf(value)
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
    const id = value === null ? undefined : schemaIdOf(value)
    if (value === null || id === undefined) throw unreadable('it has no schema id')
    const resolver = id === this.#schemaId ? undefined : this.#resolvers.get(id)
    const decoded = this.#read(value, resolver)
    if (decoded.offset !== value.length) throw unreadable(NO_DATUM)
    return decoded.value
  }

  #read(value: Buffer, resolver: Resolver | undefined): { readonly value: T; readonly offset: number } {
    try {
      return this.#type.decode(value, HEADER_BYTES, resolver)
    } catch (cause) {
      throw unreadable(NO_DATUM, cause)
    }
  }
}

const NO_DATUM = 'its bytes are no datum of its schema'

function unreadable(fault: string, cause?: unknown): MillraceError {
  return new MillraceError('RECORD_UNREADABLE', `A record of an inner topic cannot be read: ${fault}.`, {
    cause,
  })
}
