import type { Erasure } from './erasures.ts'

/** When entities were forgotten: between event times (epoch ms), in their order, each once. */
export type ErasureTimes<K> = ReadonlyMap<K, readonly number[]>

/** The erasures of a view by what stands for their entity. */
export function erasureTimes<K>(erasures: readonly Erasure[], keyOf: (entity: string) => K): ErasureTimes<K> {
  const byKey = Map.groupBy(erasures, ({ entity }) => keyOf(entity))
  const timesOf = (list: readonly Erasure[]): readonly number[] =>
    [...new Set(list.map(({ time }) => time))].toSorted((a, b) => a - b)
  return new Map([...byKey].map(([key, list]) => [key, timesOf(list)]))
}
