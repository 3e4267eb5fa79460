import type { ByteReader } from '../codec/byte-reader.ts'
import type { ByteWriter } from '../codec/byte-writer.ts'

/** What events bring to an aggregation: a number, or a text. */
export type Value = number | string

/**
 * The algebra of one aggregation over values with their event times. A partial result `P` stands for a set of values;
 * `merge` joins two sets. However a set is split and in whatever order it is added, the result is the same; only of
 * values with the same time the one that was handled later is the newer.
 */
export interface Aggregator<P = unknown> {
  /** Aggregators with equal keys have partial results of the same meaning, so that these are kept once. */
  readonly key: string
  /** The partial result of no values. */
  init(): P
  /** Adds one value, in place. */
  add(partial: P, time: number, value: Value): void
  /** Adds what `from` stands for to `into`, in place; `from` stays as it is. On ties, what `from` holds is newer. */
  merge(into: P, from: P): void
  /**
   * The value of the aggregation at `time` (epoch ms), no earlier than its newest value; undefined when there are too
   * few values for one.
   */
  result(partial: P, time: number): Value | undefined
  /** The most bytes that a partial result takes when it is written, if a value takes `valueBytes`. */
  maxBytes(valueBytes: number): number
  encode(partial: P, writer: ByteWriter): void
  decode(reader: ByteReader): P
}
