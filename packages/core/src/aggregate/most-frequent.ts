import { VARINT_BYTES } from '../codec/byte-writer.ts'
import type { Aggregator, Value } from './aggregator.ts'
import { decodeValue, encodeValue } from './value-codec.ts'

/** So many different values are counted exactly. */
const COUNTERS = 256

type Counts = Map<Value, number>

/**
 * The value that occurs most often, of equally frequent ones the smallest. Exact up to 256 different values; beyond,
 * a count is too low by at most n / 257 (Misra and Gries, "Finding repeated elements", 1982; its merge: Agarwal et al.,
 * "Mergeable summaries", 2012).
 */
export const mostFrequent: Aggregator<Counts> = {
  key: 'counts',
  init: () => new Map(),
  add(partial, _, value) {
    partial.set(value, (partial.get(value) ?? 0) + 1)
    if (partial.size > COUNTERS) shrink(partial)
  },
  merge(into, from) {
    for (const [value, count] of from) into.set(value, (into.get(value) ?? 0) + count)
    if (into.size > COUNTERS) shrink(into)
  },
  result(partial) {
    let best: Value | undefined
    let most = 0
    for (const [value, count] of partial) {
      if (count < most || (count === most && value > best!)) continue
      best = value
      most = count
    }
    return best
  },
  maxBytes: valueBytes => VARINT_BYTES + COUNTERS * (1 + valueBytes + VARINT_BYTES),
  encode(partial, writer) {
    writer.varint(partial.size)
    for (const [value, count] of partial) {
      encodeValue(value, writer)
      writer.varint(count)
    }
  },
  decode(reader) {
    const counts: Counts = new Map()
    for (let left = reader.varint(); left > 0; left--) {
      const value = decodeValue(reader)
      counts.set(value, reader.varint())
    }
    return counts
  },
}

/** Takes the highest count that has no counter from every count; what is left with nothing goes. */
function shrink(counts: Counts): void {
  const excess = [...counts.values()].sort((a, b) => b - a)[COUNTERS]!
  for (const [value, count] of counts) {
    if (count > excess) counts.set(value, count - excess)
    else counts.delete(value)
  }
}
