import { VARINT_BYTES } from '../codec/byte-writer.ts'
import type { Aggregator, Value } from './aggregator.ts'
import { decodeValue, encodeValue } from './value-codec.ts'

/** The newest values and their times, the newest one first. */
interface Newest {
  readonly times: number[]
  readonly values: Value[]
}

/** The value before the `steps` newest ones: 0 gives the newest one itself. */
export function lagOf(steps: number): Aggregator<Newest> {
  return { ...newest(steps + 1), result: ({ values }) => values[steps] }
}

/** How long ago (ms) the value before the `steps` newest ones was. */
export function timeSince(steps: number): Aggregator<Newest> {
  return {
    ...newest(steps + 1),
    result: ({ times }, time) => (times.length > steps ? time - times[steps]! : undefined),
  }
}

function newest(kept: number): Omit<Aggregator<Newest>, 'result'> {
  const put = ({ times, values }: Newest, time: number, value: Value): void => {
    let at = 0
    while (at < times.length && times[at]! > time) at++
    if (at === kept) return
    times.splice(at, 0, time)
    values.splice(at, 0, value)
    if (times.length > kept) {
      times.pop()
      values.pop()
    }
  }
  return {
    key: `newest:${kept}`,
    init: () => ({ times: [], values: [] }),
    add: put,
    merge(into, { times, values }) {
      for (let i = times.length - 1; i >= 0; i--) put(into, times[i]!, values[i]!)
    },
    maxBytes: valueBytes => VARINT_BYTES + kept * (VARINT_BYTES + 1 + valueBytes),
    encode({ times, values }, writer) {
      writer.varint(times.length)
      for (let i = 0; i < times.length; i++) {
        writer.signed(times[i]!)
        encodeValue(values[i]!, writer)
      }
    },
    decode(reader) {
      const partial: Newest = { times: [], values: [] }
      for (let left = reader.varint(); left > 0; left--) {
        partial.times.push(reader.signed())
        partial.values.push(decodeValue(reader))
      }
      return partial
    },
  }
}
