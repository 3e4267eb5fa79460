import type { Aggregator } from './aggregator.ts'
import { ExactSum } from './exact-sum.ts'

/** Weights and weighted values, both divided by 2^`exponent`. */
interface Decayed {
  exponent: number
  readonly weights: ExactSum
  readonly weighted: ExactSum
}

/**
 * The mean in which a value counts half as much for every `halfLife` (ms) that it is older than another. A value's
 * weight is 2^(time / halfLife), kept as a mantissa in [1, 2) and an exponent: sums are brought to a common exponent
 * by powers of two, which round nothing, so that the order of the values does not matter.
 */
export function decayedMeanOf(halfLife: number): Aggregator<Decayed> {
  return {
    key: `decayed:${halfLife}`,
    init: () => ({ exponent: Number.NEGATIVE_INFINITY, weights: new ExactSum(), weighted: new ExactSum() }),
    add(partial, time, value) {
      const exponent = Math.floor(time / halfLife)
      raise(partial, exponent)
      const weight = 2 ** ((time - exponent * halfLife) / halfLife)
      const scale = 2 ** (exponent - partial.exponent)
      partial.weights.add(weight * scale)
      partial.weighted.addProduct(weight * scale, value as number)
    },
    merge(into, from) {
      if (from.exponent === Number.NEGATIVE_INFINITY) return
      raise(into, from.exponent)
      const scale = 2 ** (from.exponent - into.exponent)
      into.weights.addScaled(from.weights, scale)
      into.weighted.addScaled(from.weighted, scale)
    },
    result: ({ exponent, weights, weighted }) =>
      exponent === Number.NEGATIVE_INFINITY ? undefined : weighted.dividedBy(weights),
    maxBytes: () => 8 + 2 * ExactSum.BYTES,
    encode({ exponent, weights, weighted }, writer) {
      writer.float64(exponent)
      weights.encode(writer)
      weighted.encode(writer)
    },
    decode: reader => ({
      exponent: reader.float64(),
      weights: ExactSum.decode(reader),
      weighted: ExactSum.decode(reader),
    }),
  }
}

function raise(partial: Decayed, exponent: number): void {
  if (exponent <= partial.exponent) return
  const scale = 2 ** (partial.exponent - exponent)
  partial.weights.scale(scale)
  partial.weighted.scale(scale)
  partial.exponent = exponent
}
