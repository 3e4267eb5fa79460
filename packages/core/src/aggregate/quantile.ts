import { VARINT_BYTES } from '../codec/byte-writer.ts'
import type { Aggregator } from './aggregator.ts'
import { DDSketch } from './dd-sketch.ts'

/** Of so many values a quantile is one of them, exactly. */
const EXACT_UP_TO = 64

/** The values in ascending order, or, when they are too many, a sketch of them. */
interface Sample {
  readonly values: number[]
  sketch: DDSketch | undefined
}

/**
 * The value at rank ⌊q (n − 1)⌋ of the ascending values, 0 ≤ q ≤ 1; exact up to 64 values, then within 1 % of itself.
 */
export function quantileOf(q: number): Aggregator<Sample> {
  return {
    key: 'sample',
    init: () => ({ values: [], sketch: undefined }),
    add: (partial, _, value) => put(partial, value as number),
    merge(into, { values, sketch }) {
      if (sketch !== undefined) sketchOf(into).merge(sketch)
      for (const value of values) put(into, value)
    },
    result({ values, sketch }) {
      if (sketch !== undefined) return sketch.valueAt(Math.floor(q * (sketch.count - 1)))
      return values[Math.floor(q * (values.length - 1))]
    },
    maxBytes: () => 1 + VARINT_BYTES + Math.max(DDSketch.MAX_BYTES, EXACT_UP_TO * 8),
    encode({ values, sketch }, writer) {
      writer.byte(sketch === undefined ? 0 : 1)
      if (sketch !== undefined) sketch.encode(writer)
      else {
        writer.varint(values.length)
        for (const value of values) writer.float64(value)
      }
    },
    decode(reader) {
      if (reader.byte() === 1) return { values: [], sketch: DDSketch.decode(reader) }
      const values = Array.from({ length: reader.varint() }, () => reader.float64())
      return { values, sketch: undefined }
    },
  }
}

function put(partial: Sample, value: number): void {
  const { values, sketch } = partial
  if (sketch !== undefined) sketch.add(value)
  else {
    let at = values.length
    while (at > 0 && values[at - 1]! > value) at--
    values.splice(at, 0, value)
    if (values.length > EXACT_UP_TO) sketchOf(partial)
  }
}

/** From now on the values are in the sketch. */
function sketchOf(partial: Sample): DDSketch {
  partial.sketch ??= new DDSketch()
  for (const value of partial.values) partial.sketch.add(value)
  partial.values.length = 0
  return partial.sketch
}
