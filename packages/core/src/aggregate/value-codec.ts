import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'
import type { Value } from './aggregator.ts'

const NUMBER = 0
const TEXT = 1

/** A number or a text with what it is. */
export function encodeValue(value: Value, writer: ByteWriter): void {
  if (typeof value === 'string') {
    writer.byte(TEXT)
    writer.text(value)
  } else {
    writer.byte(NUMBER)
    writer.float64(value)
  }
}

/** Reads what `encodeValue` wrote. */
export function decodeValue(reader: ByteReader): Value {
  return reader.byte() === TEXT ? reader.text() : reader.float64()
}
