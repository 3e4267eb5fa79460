import type { Aggregator } from './aggregator.ts'

interface Extreme {
  value: number | undefined
}

export const minimum = extreme('minimum', (a, b) => a < b)
export const maximum = extreme('maximum', (a, b) => a > b)

function extreme(key: string, beats: (a: number, b: number) => boolean): Aggregator<Extreme> {
  const take = (partial: Extreme, value: number): void => {
    if (partial.value === undefined || beats(value, partial.value)) partial.value = value
  }
  return {
    key,
    init: () => ({ value: undefined }),
    add: (partial, _, value) => take(partial, value as number),
    merge(into, { value }) {
      if (value !== undefined) take(into, value)
    },
    result: ({ value }) => value,
    maxBytes: () => 8,
    encode: ({ value }, writer) => writer.float64(value ?? Number.NaN),
    decode(reader) {
      const value = reader.float64()
      return { value: Number.isNaN(value) ? undefined : value }
    },
  }
}
