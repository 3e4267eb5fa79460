import { VARINT_BYTES } from '../codec/byte-writer.ts'
import type { Aggregator } from './aggregator.ts'
import { ExactSum } from './exact-sum.ts'

interface Moments {
  count: number
  readonly sum: ExactSum
  readonly squares: ExactSum
}

const algebra: Omit<Aggregator<Moments>, 'result'> = {
  key: 'moments',
  init: () => ({ count: 0, sum: new ExactSum(), squares: new ExactSum() }),
  add(partial, _, value) {
    partial.count++
    partial.sum.add(value as number)
    partial.squares.addProduct(value as number, value as number)
  },
  merge(into, from) {
    into.count += from.count
    into.sum.addScaled(from.sum)
    into.squares.addScaled(from.squares)
  },
  maxBytes: () => VARINT_BYTES + 2 * ExactSum.BYTES,
  encode({ count, sum, squares }, writer) {
    writer.varint(count)
    sum.encode(writer)
    squares.encode(writer)
  },
  decode: reader => ({
    count: reader.varint(),
    sum: ExactSum.decode(reader),
    squares: ExactSum.decode(reader),
  }),
}

/** The sample variance, Σ(x − mean)² / (n − 1), of two values or more. */
export const variance: Aggregator<Moments> = { ...algebra, result: varianceOf }

/** The square root of the sample variance. */
export const standardDeviation: Aggregator<Moments> = {
  ...algebra,
  result: partial => {
    const square = varianceOf(partial)
    return square === undefined ? undefined : Math.sqrt(square)
  },
}

/** (n Σx² − (Σx)²) / (n (n − 1)); the sums have the digits that the difference loses. */
function varianceOf({ count, sum, squares }: Moments): number | undefined {
  if (count < 2) return undefined
  const spread = new ExactSum()
  spread.addScaled(squares, count)
  spread.subtractProduct(sum, sum)
  return Math.max(0, spread.value) / count / (count - 1)
}
