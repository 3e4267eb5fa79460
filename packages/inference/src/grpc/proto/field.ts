import { type ProtoReader, WIRE } from './proto-reader.ts'
import type { ProtoWriter } from './proto-writer.ts'

/**
 * A field of a message: its number, and how its value is read and written.
 * @template T what is read
 * @template G what may be given to be written
 */
export interface Field<T, G = T> {
  readonly number: number
  /** What a message has that lacks the field; it is shared, and never changed. */
  readonly absent: T
  /** Reads one occurrence; undefined when the wire's form is not one of the field. */
  read(reader: ProtoReader, wire: number, known: T): T | undefined
  /** Writes the field unless its value is what it has when it is absent. */
  write(writer: ProtoWriter, value: G): void
}

/** How one value is laid out, without its tag. */
interface Form<T> {
  readonly wire: number
  readonly zero: T
  read(reader: ProtoReader): T
  write(writer: ProtoWriter, value: T): void
}

const TEXT: Form<string> = {
  wire: WIRE.bytes,
  zero: '',
  read: reader => reader.text(),
  write: (writer, value) => writer.text(value),
}
const BYTES: Form<Uint8Array> = {
  wire: WIRE.bytes,
  zero: Buffer.alloc(0),
  read: reader => reader.bytes(),
  write: (writer, value) => writer.bytes(value),
}
const BOOL: Form<boolean> = {
  wire: WIRE.varint,
  zero: false,
  read: reader => reader.bool(),
  write: (writer, value) => writer.uint32(Number(value)),
}
const INT32: Form<number> = {
  wire: WIRE.varint,
  zero: 0,
  read: reader => reader.uint32() | 0,
  write: (writer, value) => writer.int64(value),
}
const UINT32: Form<number> = {
  wire: WIRE.varint,
  zero: 0,
  read: reader => reader.uint32(),
  write: (writer, value) => writer.uint32(value),
}
const SAFE_INT64: Form<number> = {
  wire: WIRE.varint,
  zero: 0,
  read: reader => reader.safeInt64(),
  write: (writer, value) => writer.int64(value),
}
const SAFE_UINT64: Form<number> = { ...SAFE_INT64, read: reader => reader.safeUint64() }
const INT64: Form<bigint> = {
  wire: WIRE.varint,
  zero: 0n,
  read: reader => reader.bigInt64(),
  write: (writer, value) => writer.bigInt64(value),
}
const UINT64: Form<bigint> = { ...INT64, read: reader => reader.bigUint64() }
const FLOAT: Form<number> = {
  wire: WIRE.fixed32,
  zero: 0,
  read: reader => reader.float(),
  write: (writer, value) => writer.float(value),
}
const DOUBLE: Form<number> = {
  wire: WIRE.fixed64,
  zero: 0,
  read: reader => reader.double(),
  write: (writer, value) => writer.double(value),
}

export const text = single(TEXT)
export const bool = single(BOOL)
export const int32 = single(INT32)
/** A signed 64-bit number as a double; beyond 2^53 it is refused. */
export const safeInt64 = single(SAFE_INT64)
/** An unsigned 64-bit number as a double; beyond 2^53 it is refused. */
export const safeUint64 = single(SAFE_UINT64)

/** One of several, of which a message has one: it is written though it is 0, and undefined when it is absent. */
export const oneOf = {
  text: optional(TEXT),
  bytes: optional(BYTES),
  bool: optional(BOOL),
  int64: optional(INT64),
  uint64: optional(UINT64),
  double: optional(DOUBLE),
}

export const repeatedText = separate(TEXT)
export const repeatedBytes = separate(BYTES)
export const repeatedBool = packed(BOOL)
export const repeatedInt32 = packed(INT32)
export const repeatedUint32 = packed(UINT32)
export const repeatedSafeInt64 = packed(SAFE_INT64)
export const repeatedInt64 = packed(INT64)
export const repeatedUint64 = packed(UINT64)
export const repeatedFloat = packed(FLOAT)
export const repeatedDouble = packed(DOUBLE)

/** A number that stands for a name; one that stands for none is read as the first. */
export function enumeration(names: readonly string[]): (number: number) => Field<string> {
  return single({
    wire: WIRE.varint,
    zero: names[0]!,
    read: reader => names[reader.uint32()] ?? names[0]!,
    write: (writer, value) => writer.uint32(names.indexOf(value)),
  })
}

export function tagOf(number: number, wire: number): number {
  return number * 8 + wire
}

function single<T>(form: Form<T>): (number: number) => Field<T> {
  return number => {
    const tag = tagOf(number, form.wire)
    return {
      number,
      absent: form.zero,
      read: (reader, wire) => (wire === form.wire ? form.read(reader) : undefined),
      write(writer, value) {
        if (value === form.zero) return
        writer.uint32(tag)
        form.write(writer, value)
      },
    }
  }
}

function optional<T>(form: Form<T>): (number: number) => Field<T | undefined> {
  return number => {
    const tag = tagOf(number, form.wire)
    return {
      number,
      absent: undefined,
      read: (reader, wire) => (wire === form.wire ? form.read(reader) : undefined),
      write(writer, value) {
        if (value === undefined) return
        writer.uint32(tag)
        form.write(writer, value)
      },
    }
  }
}

/** A list whose values have a tag each. */
function separate<T>(form: Form<T>): (number: number) => Field<readonly T[]> {
  return number => {
    const tag = tagOf(number, form.wire)
    const absent: readonly T[] = []
    return {
      number,
      absent,
      read: (reader, wire, known) =>
        wire === form.wire ? appended(known, absent, form.read(reader)) : undefined,
      write(writer, values) {
        for (const value of values) {
          writer.uint32(tag)
          form.write(writer, value)
        }
      },
    }
  }
}

/** A list of numbers with one tag for all; it is also read with one each. */
function packed<T>(form: Form<T>): (number: number) => Field<readonly T[], ArrayLike<T>> {
  return number => {
    const tag = tagOf(number, WIRE.bytes)
    const absent: readonly T[] = []
    return {
      number,
      absent,
      read(reader, wire, known) {
        if (wire === form.wire) return appended(known, absent, form.read(reader))
        if (wire !== WIRE.bytes) return undefined
        const list = known === absent ? [] : (known as T[])
        for (const values = reader.nested(); !values.atEnd; ) list.push(form.read(values))
        return list
      },
      write(writer, values) {
        if (values.length === 0) return
        writer.uint32(tag)
        writer.nested(() => {
          for (let i = 0; i < values.length; i++) form.write(writer, values[i]!)
        })
      },
    }
  }
}

/** A list that a message does not share with others. */
export function appended<T>(known: readonly T[], absent: readonly T[], value: T): readonly T[] {
  if (known === absent) return [value]
  ;(known as T[]).push(value)
  return known
}
