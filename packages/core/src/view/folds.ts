import type { FeatureValue } from '../define/feature-value.ts'
import type { EntryPart } from './entry-blocks.ts'
import type { History } from './history.ts'
import type { Located } from './ranges.ts'

/** The value of a feature at `time` (epoch ms) from the located events of its window. */
export type Fold = (history: History, located: Located, time: number) => FeatureValue

/** A `total` column: its index among the columns, and among those that tiles sum. */
export interface TotalColumn {
  readonly column: number
  readonly inTiles: number
}

/** How many events there are, or, by a column of 0 and 1, how many of them have a value. */
export function countFold(presence: TotalColumn | undefined): Fold {
  return presence === undefined
    ? (_, located) => countOf(located)
    : (history, located) => totalOf(presence, history, located)
}

/** The sum of a `total` column; `whenEmpty` when no event has a value. */
export function sumFold(
  total: TotalColumn,
  scale: number,
  presence: TotalColumn | undefined,
  whenEmpty: FeatureValue,
): Fold {
  const count = countFold(presence)
  return (history, located, time) =>
    count(history, located, time) === 0 ? whenEmpty : totalOf(total, history, located) / scale
}

/** The mean of a `total` column; `whenEmpty` when no event has a value. */
export function meanFold(
  total: TotalColumn,
  scale: number,
  presence: TotalColumn | undefined,
  whenEmpty: FeatureValue,
): Fold {
  const countFrom = countFold(presence)
  return (history, located, time) => {
    const count = countFrom(history, located, time) as number
    return count === 0 ? whenEmpty : totalOf(total, history, located) / scale / count
  }
}

/**
 * The value, or with `age` its age (ms), before the `steps` newest ones: looked for from the newest entry back, and
 * only when there are too few in the partial result with the tiles.
 */
export function newestFold(
  steps: number,
  age: boolean,
  part: WindowPart,
  rest: Fold,
  whenEmpty: FeatureValue,
): Fold {
  return (history, located, time) => {
    const { entries } = history
    let left = steps
    for (let i = located.entryEnd - 1; i >= located.entryStart; i--) {
      const value = part.valueAt(entries, i)
      if (value === undefined) continue
      if (left === 0) return age ? time - entries.timeAt(i) : value
      left--
    }
    return located.tiles === undefined ? whenEmpty : rest(history, located, time)
  }
}

/** The oldest value: looked for from the oldest entry on, unless some of the window is in tiles. */
export function oldestFold(part: WindowPart, rest: Fold, whenEmpty: FeatureValue): Fold {
  return (history, located, time) => {
    if (located.tileStart < located.tileEnd) return rest(history, located, time)
    for (let i = located.entryStart; i < located.entryEnd; i++) {
      const value = part.valueAt(history.entries, i)
      if (value !== undefined) return value
    }
    return whenEmpty
  }
}

/** A partial result of a window, from which several features may follow. */
export interface WindowPart extends EntryPart {
  /** Its index among the parts of the window's tiles. */
  readonly inTiles: number
}

/** The result of an aggregator over the values of a window. */
export function resultFold(part: WindowPart, whenEmpty: FeatureValue): Fold {
  return (history, located, time) =>
    part.aggregator.result(partialOf(part, history, located), time) ?? whenEmpty
}

/** Adds up the values of a window. */
export function partialOf(part: WindowPart, history: History, located: Located): unknown {
  const { entryStart, entryEnd, tiles, tileStart, tileEnd } = located
  const partial = part.aggregator.init()
  tiles?.mergeInto(partial, part.inTiles, tileStart, tileEnd)
  history.addEntriesTo(partial, part, entryStart, entryEnd)
  return partial
}

function countOf({ entryStart, entryEnd, tiles, tileStart, tileEnd }: Located): number {
  const inEntries = entryEnd - entryStart
  return tiles === undefined ? inEntries : inEntries + tiles.count(tileStart, tileEnd)
}

function totalOf(
  { column, inTiles }: TotalColumn,
  history: History,
  { entryStart, entryEnd, tiles, tileStart, tileEnd }: Located,
): number {
  const inEntries = entryStart === entryEnd ? 0 : history.entries.sum(column, entryStart, entryEnd)
  return tiles === undefined ? inEntries : inEntries + tiles.sum(inTiles, tileStart, tileEnd)
}
