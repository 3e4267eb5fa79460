import type { FeatureValue } from '../define/feature-value.ts'
import type { Memory } from '../window/memory.ts'
import type { EntryPart } from './entry-blocks.ts'
import type { History } from './history.ts'
import type { Located } from './ranges.ts'

/** The value of a feature at `time` (epoch ms) from the located events of its window. */
export type Fold = (history: History, memory: Memory, located: Located, time: number) => FeatureValue

/** A `total` column: its index among the columns, and among those that tiles sum. */
export interface TotalColumn {
  readonly column: number
  readonly inTiles: number
}

/** How many events there are, or, by a column of 0 and 1, how many of them have a value. */
export function countFold(presence: TotalColumn | undefined): Fold {
  return presence === undefined
    ? countOf
    : (history, memory, located) => totalOf(presence, history, memory, located)
}

/** The sum of a `total` column; `whenEmpty` when no event has a value. */
export function sumFold(
  total: TotalColumn,
  scale: number,
  presence: TotalColumn | undefined,
  whenEmpty: FeatureValue,
): Fold {
  const count = countFold(presence)
  return (history, memory, located, time) =>
    count(history, memory, located, time) === 0 ? whenEmpty : totalOf(total, history, memory, located) / scale
}

/** The mean of a `total` column; `whenEmpty` when no event has a value. */
export function meanFold(
  total: TotalColumn,
  scale: number,
  presence: TotalColumn | undefined,
  whenEmpty: FeatureValue,
): Fold {
  const countFrom = countFold(presence)
  return (history, memory, located, time) => {
    const count = countFrom(history, memory, located, time) as number
    return count === 0 ? whenEmpty : totalOf(total, history, memory, located) / scale / count
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
  return (history, memory, located, time) => {
    const { entries } = history
    let left = steps
    for (let i = located.entryEnd - 1; i >= located.entryStart; i--) {
      const value = part.valueAt(entries, memory, i)
      if (value === undefined) continue
      if (left === 0) return age ? time - entries.timeAt(memory, i) : value
      left--
    }
    return located.tileStart === located.tileEnd ? whenEmpty : rest(history, memory, located, time)
  }
}

/** The oldest value: looked for from the oldest entry on, unless some of the window is in tiles. */
export function oldestFold(part: WindowPart, rest: Fold, whenEmpty: FeatureValue): Fold {
  return (history, memory, located, time) => {
    if (located.tileStart < located.tileEnd) return rest(history, memory, located, time)
    for (let i = located.entryStart; i < located.entryEnd; i++) {
      const value = part.valueAt(history.entries, memory, i)
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
  return (history, memory, located, time) =>
    part.aggregator.result(partialOf(part, history, memory, located), time) ?? whenEmpty
}

/** Adds up the values of a window. */
export function partialOf(part: WindowPart, history: History, memory: Memory, located: Located): unknown {
  const { level, entryStart, entryEnd, tileStart, tileEnd } = located
  const partial = part.aggregator.init()
  history.tiles[level]!.mergeInto(partial, memory, part.inTiles, tileStart, tileEnd)
  history.addEntriesTo(partial, memory, part, entryStart, entryEnd)
  return partial
}

function countOf(
  history: History,
  memory: Memory,
  { level, entryStart, entryEnd, tileStart, tileEnd }: Located,
): number {
  const inEntries = entryEnd - entryStart
  return tileStart === tileEnd
    ? inEntries
    : inEntries + history.tiles[level]!.count(memory, tileStart, tileEnd)
}

function totalOf(
  { column, inTiles }: TotalColumn,
  history: History,
  memory: Memory,
  { level, entryStart, entryEnd, tileStart, tileEnd }: Located,
): number {
  const inEntries = entryStart === entryEnd ? 0 : history.entries.sum(memory, column, entryStart, entryEnd)
  return tileStart === tileEnd
    ? inEntries
    : inEntries + history.tiles[level]!.sum(memory, inTiles, tileStart, tileEnd)
}
