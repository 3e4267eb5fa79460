import { VARINT_BYTES } from '../codec/byte-writer.ts'
import type { Aggregator } from './aggregator.ts'
import { ExactSum } from './exact-sum.ts'

/** The sums of a linear regression; times are counted from `origin`, so that their squares keep their digits. */
interface Regression {
  count: number
  origin: number
  first: number
  last: number
  readonly times: ExactSum
  readonly timeSquares: ExactSum
  readonly values: ExactSum
  readonly products: ExactSum
}

/** The slope of the least-squares line through the values, per `per` ms; of values at two times or more. */
export function slopeOf(per: number): Aggregator<Regression> {
  return { ...algebra, result: partial => slope(partial, per) }
}

const algebra: Omit<Aggregator<Regression>, 'result'> = {
  key: 'regression',
  init: () => ({
    count: 0,
    origin: 0,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    times: new ExactSum(),
    timeSquares: new ExactSum(),
    values: new ExactSum(),
    products: new ExactSum(),
  }),
  add(partial, time, value) {
    if (partial.count === 0) partial.origin = time
    const t = time - partial.origin
    partial.count++
    partial.first = Math.min(partial.first, time)
    partial.last = Math.max(partial.last, time)
    partial.times.add(t)
    partial.timeSquares.addProduct(t, t)
    partial.values.add(value as number)
    partial.products.addProduct(t, value as number)
  },
  merge(into, from) {
    if (from.count === 0) return
    if (into.count === 0) into.origin = from.origin
    const shift = from.origin - into.origin
    into.count += from.count
    into.first = Math.min(into.first, from.first)
    into.last = Math.max(into.last, from.last)
    into.timeSquares.addScaled(from.timeSquares)
    into.timeSquares.addScaled(from.times, 2 * shift)
    into.timeSquares.addProduct(from.count * shift, shift)
    into.products.addScaled(from.products)
    into.products.addScaled(from.values, shift)
    into.times.addScaled(from.times)
    into.times.addProduct(from.count, shift)
    into.values.addScaled(from.values)
  },
  maxBytes: () => 4 * VARINT_BYTES + 4 * ExactSum.BYTES,
  encode(partial, writer) {
    writer.varint(partial.count)
    if (partial.count === 0) return
    for (const time of [partial.origin, partial.first, partial.last]) writer.signed(time)
    for (const sum of [partial.times, partial.timeSquares, partial.values, partial.products])
      sum.encode(writer)
  },
  decode(reader) {
    const count = reader.varint()
    if (count === 0) return algebra.init()
    return {
      count,
      origin: reader.signed(),
      first: reader.signed(),
      last: reader.signed(),
      times: ExactSum.decode(reader),
      timeSquares: ExactSum.decode(reader),
      values: ExactSum.decode(reader),
      products: ExactSum.decode(reader),
    }
  },
}

/** (n Σtv − Σt Σv) / (n Σt² − (Σt)²). */
function slope(
  { count, first, last, times, timeSquares, values, products }: Regression,
  per: number,
): number | undefined {
  if (first >= last) return undefined
  const covariance = new ExactSum()
  covariance.addScaled(products, count)
  covariance.subtractProduct(times, values)
  const spread = new ExactSum()
  spread.addScaled(timeSquares, count)
  spread.subtractProduct(times, times)
  return covariance.dividedBy(spread) * per
}
