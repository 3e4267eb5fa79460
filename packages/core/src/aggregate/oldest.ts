import type { Aggregator, Value } from './aggregator.ts'
import { decodeValue, encodeValue } from './value-codec.ts'

interface Oldest {
  time: number
  value: Value | undefined
}

/** The value of the oldest event; of several with the same time, of the one handled first. */
export const oldest: Aggregator<Oldest> = {
  key: 'oldest',
  init: () => ({ time: Number.POSITIVE_INFINITY, value: undefined }),
  add: take,
  merge(into, { time, value }) {
    if (value !== undefined) take(into, time, value)
  },
  result: ({ value }) => value,
  maxBytes: valueBytes => 9 + valueBytes,
  encode({ time, value }, writer) {
    writer.float64(time)
    if (value !== undefined) encodeValue(value, writer)
  },
  decode(reader) {
    const time = reader.float64()
    return { time, value: time === Number.POSITIVE_INFINITY ? undefined : decodeValue(reader) }
  },
}

function take(partial: Oldest, time: number, value: Value): void {
  if (time >= partial.time) return
  partial.time = time
  partial.value = value
}
