import { VARINT_BYTES } from '../codec/byte-writer.ts'
import type { Aggregator } from './aggregator.ts'
import { ExactSum } from './exact-sum.ts'

interface Total {
  count: number
  readonly sum: ExactSum
}

const algebra: Omit<Aggregator<Total>, 'result'> = {
  key: 'total',
  init: () => ({ count: 0, sum: new ExactSum() }),
  add(partial, _, value) {
    partial.count++
    partial.sum.add(value as number)
  },
  merge(into, from) {
    into.count += from.count
    into.sum.addScaled(from.sum)
  },
  maxBytes: () => VARINT_BYTES + ExactSum.BYTES,
  encode({ count, sum }, writer) {
    writer.varint(count)
    sum.encode(writer)
  },
  decode: reader => ({ count: reader.varint(), sum: ExactSum.decode(reader) }),
}

export const sumOfDoubles: Aggregator<Total> = {
  ...algebra,
  result: ({ count, sum }) => (count === 0 ? undefined : sum.value),
}

export const meanOfDoubles: Aggregator<Total> = {
  ...algebra,
  result: ({ count, sum }) => (count === 0 ? undefined : sum.dividedBy(ExactSum.of(count))),
}
