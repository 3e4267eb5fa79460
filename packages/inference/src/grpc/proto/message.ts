import { MillraceError } from '@millrace/core'
import { appended, type Field, tagOf, text } from './field.ts'
import { ProtoReader, WIRE } from './proto-reader.ts'
import { ProtoWriter } from './proto-writer.ts'

type Fields = Readonly<Record<string, Field<unknown>>>

type Decoded<F> = { readonly [K in keyof F]: F[K] extends Field<infer T, infer _> ? T : never }
type Given<F> = { readonly [K in keyof F]?: F[K] extends Field<infer _, infer G> ? G | undefined : never }

/**
 * A type of protobuf messages.
 * @template T a message that was read: every field is there
 * @template G a message to be written: fields may be absent
 */
export interface Message<T, G> {
  /** Reads a message. Throws REQUEST_INVALID when the bytes are none. */
  decode(bytes: Buffer): T
  /**
   * @param room for how many bytes there is room before the memory has to grow
   * @param before how many bytes are left free before the message
   */
  encode(value: G, room?: number, before?: number): Buffer
  /** Reads the rest of a reader, beginning with what is known already. */
  read(reader: ProtoReader, known?: T): T
  write(writer: ProtoWriter, value: G): void
}

/** What `message` answers for these fields, as it is read. */
export type MessageOf<M> = M extends Message<infer T, infer _> ? T : never

/** What may be given to it to be written. */
export type MessageGiven<M> = M extends Message<infer _, infer G> ? G : never

/** Declares a type of messages by its fields, which have the names of the .proto file. */
export function message<const F extends Fields>(fields: F): Message<Decoded<F>, Given<F>> {
  const names = Object.keys(fields)
  const absent = Object.fromEntries(names.map(name => [name, fields[name]!.absent]))
  const byNumber: { readonly name: string; readonly field: Field<unknown> }[] = []
  for (const name of names) byNumber[fields[name]!.number] = { name, field: fields[name]! }

  function read(reader: ProtoReader, known?: Decoded<F>): Decoded<F> {
    const message: Record<string, unknown> = { ...(known ?? absent) }
    while (!reader.atEnd) {
      const tag = reader.uint32()
      const wire = tag & 7
      const { name, field } = byNumber[numberOf(tag)] ?? {}
      const value = field?.read(reader, wire, message[name!])
      if (value === undefined) reader.skip(wire)
      else message[name!] = value
    }
    return message as Decoded<F>
  }

  function write(writer: ProtoWriter, message: Given<F>): void {
    for (const name of names) {
      const value = message[name]
      if (value !== undefined) fields[name]!.write(writer, value)
    }
  }

  return {
    read,
    write,
    decode: bytes => read(new ProtoReader(bytes)),
    encode(value, room = 256, before = 0) {
      const writer = new ProtoWriter(room, before)
      write(writer, value)
      return writer.finish()
    },
  }
}

/** A message within a message; undefined when it is absent. */
export function nested<T, G>(number: number, type: Message<T, G>): Field<T | undefined, G> {
  const tag = tagOf(number, WIRE.bytes)
  return {
    number,
    absent: undefined,
    read: (reader, wire, known) => (wire === WIRE.bytes ? type.read(reader.nested(), known) : undefined),
    write(writer, value) {
      writer.uint32(tag)
      writer.nested(() => type.write(writer, value))
    },
  }
}

export function repeatedMessage<T, G>(
  number: number,
  type: Message<T, G>,
): Field<readonly T[], readonly G[]> {
  const { read, write } = nested(number, type)
  const absent: readonly T[] = []
  return {
    number,
    absent,
    read(reader, wire, known) {
      const value = read(reader, wire, undefined)
      return value === undefined ? undefined : appended(known, absent, value)
    },
    write(writer, values) {
      for (const value of values) write(writer, value)
    },
  }
}

/** Messages by a text; on the wire, a list of pairs of which the last one with a text counts. */
export function messagesByName<T, G>(
  number: number,
  type: Message<T, G>,
): Field<ReadonlyMap<string, T>, ReadonlyMap<string, G>> {
  const empty = type.decode(Buffer.alloc(0))
  const entries = repeatedMessage(number, message({ key: text(1), value: nested(2, type) }))
  const absent: ReadonlyMap<string, T> = new Map()
  return {
    number,
    absent,
    read(reader, wire, known) {
      const entry = entries.read(reader, wire, entries.absent)?.[0]
      if (entry === undefined) return undefined
      const messages = known === absent ? new Map<string, T>() : (known as Map<string, T>)
      return messages.set(entry.key, entry.value ?? empty)
    },
    write(writer, values) {
      for (const [key, value] of values) entries.write(writer, [{ key, value }])
    },
  }
}

function numberOf(tag: number): number {
  const number = tag >>> 3
  if (number > 0) return number
  throw new MillraceError('REQUEST_INVALID', 'The message has a field without a number.')
}
