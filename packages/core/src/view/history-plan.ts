import type { Aggregator } from '../aggregate/aggregator.ts'
import { VARINT_BYTES } from '../codec/byte-writer.ts'
import type { Aggregation, ValueAggregation } from '../define/aggregation.ts'
import type { EventType, EventValues } from '../define/event-type.ts'
import type { FeatureValue } from '../define/feature-value.ts'
import { reachOf, type Window } from '../define/window.ts'
import type { Memory } from '../window/memory.ts'
import type { MemoryLayout } from '../window/memory-layout.ts'
import { seriesLayout } from '../window/series-layout.ts'
import { type TilePart, tileRows } from '../window/tiles.ts'
import { aggregatorOf } from './aggregators.ts'
import { Columns, type ColumnUse, valueInEntry, valueInRow } from './columns.ts'
import {
  countFold,
  type Fold,
  meanFold,
  newestFold,
  oldestFold,
  partialOf,
  resultFold,
  sumFold,
  type TotalColumn,
  type WindowPart,
} from './folds.ts'
import { History, type HistoryLayout, type HistoryLevel } from './history.ts'
import { createRange, isSameTiling, isSameWindow, type Range, tilingOf } from './ranges.ts'

/** One feature of a view: its place among the view's features, and its declaration. */
export interface PlacedFeature {
  readonly place: number
  readonly aggregation: Aggregation
}

/** A feature that is computed by itself. */
interface Evaluator {
  readonly place: number
  readonly range: Range
  readonly fold: Fold
}

/** Features that follow from the same partial result. */
interface EvaluatorGroup {
  readonly range: Range
  readonly part: WindowPart
  readonly results: { place: number; resultOf: Aggregator['result']; whenEmpty: FeatureValue }[]
}

type Level = { -readonly [K in keyof HistoryLevel]: HistoryLevel[K] } & { readonly parts: TilePart[] }

/** How the features over one source, all of one precision, are kept and computed. */
export class HistoryPlan {
  readonly source: EventType
  readonly history: History
  readonly #layout: HistoryLayout
  readonly #columns: Columns
  /** Indexes of the columns that are summed. */
  readonly #totals: readonly number[]
  readonly #levels: Level[] = []
  readonly #ranges: Range[] = []
  /** In the order of the features. */
  readonly #rangeOfFeature: Range[] = []
  readonly #evaluators: Evaluator[] = []
  readonly #groups: EvaluatorGroup[] = []
  /** The parts by what they are made of; the place is their slot. */
  readonly #partKeys: string[] = []

  /** @param memory has room for the history from now on */
  constructor(
    source: EventType,
    features: readonly PlacedFeature[],
    maxEntries: number,
    memory: MemoryLayout,
  ) {
    this.source = source
    this.#columns = new Columns(source)
    const uses = features.map(({ aggregation }) => this.#columns.use(aggregation))
    const { kinds } = this.#columns
    this.#totals = kinds.flatMap((kind, column) => (kind === 'total' ? [column] : []))
    features.forEach((feature, i) => {
      this.#addFeature(feature, uses[i]!)
    })
    const reach = Math.max(...features.map(({ aggregation }) => reachOf(aggregation.window)))
    const entries = seriesLayout(kinds)
    this.#layout = { entries, maxEntries, reach, grace: source.grace, levels: this.#levels }
    this.history = new History(this.#layout, memory)
  }

  /** The most bytes that a history takes when it is written. */
  get maxBytes(): number {
    const { maxEntries, grace } = this.#layout
    const entries = maxEntries * (VARINT_BYTES + this.#columns.maxRowBytes)
    const tiles = this.#levels.map(level => maxTiles(level, grace) * this.#maxTileBytes(level))
    return tiles.reduce((sum, bytes) => sum + 2 * VARINT_BYTES + bytes, entries + 3 * VARINT_BYTES)
  }

  /** Adds an event of the source to its history. */
  add(memory: Memory, event: EventValues): void {
    this.history.add(memory, event[this.source.eventTime] as number, this.#columns.rowOf(event))
  }

  /** Evaluates the features at `time` into `out`, from position `at` on. */
  evaluate(memory: Memory, time: number, out: FeatureValue[], at: number): void {
    const { history } = this
    for (let i = 0; i < this.#ranges.length; i++) this.#ranges[i]!.locate(history, memory, time)
    for (let i = 0; i < this.#evaluators.length; i++) {
      const { place, range, fold } = this.#evaluators[i]!
      out[at + place] = fold(history, memory, range.located, time)
    }
    for (const { range, part, results } of this.#groups) {
      const partial = partialOf(part, history, memory, range.located)
      for (const { place, resultOf, whenEmpty } of results)
        out[at + place] = resultOf(partial, time) ?? whenEmpty
    }
  }

  /** The entries that the window of feature `index` held at the last evaluation: from `start` to before `end`. */
  entriesSeen(index: number): { readonly start: number; readonly end: number } {
    const { located } = this.#rangeOfFeature[index]!
    return { start: located.entryStart, end: located.entryEnd }
  }

  #maxTileBytes({ totals, parts }: Level): number {
    return parts.reduce((sum, part) => sum + part.maxBytes, (3 + totals.length) * VARINT_BYTES)
  }

  #addFeature({ place, aggregation }: PlacedFeature, use: ColumnUse): void {
    const range = this.#rangeOf(aggregation.window)
    this.#rangeOfFeature.push(range)
    if (aggregation.kind === 'count') {
      this.#evaluators.push({ place, range, fold: countFold(this.#totalColumn(use.presence)) })
      return
    }
    const fold = this.#totalFold(aggregation, use) ?? this.#searchFold(aggregation, use, range)
    if (fold === undefined) this.#addToGroup(aggregation, use, range, place)
    else this.#evaluators.push({ place, range, fold })
  }

  #rangeOf(window: Window): Range {
    const known = this.#ranges.find(range => isSameWindow(range.window, window))
    if (known !== undefined) return known
    const range = createRange(window, this.#levelOf(window))
    this.#ranges.push(range)
    return range
  }

  /** The index of the level with the tiles of a window, which is added unless it is there. */
  #levelOf(window: Window): number {
    const tiling = tilingOf(window)
    const known = this.#levels.findIndex(level => isSameTiling(level.tiling, tiling))
    if (known < 0) {
      const totals = this.#totals
      const level = { tiling, reach: reachOf(window), totals, rows: tileRows(totals.length), parts: [] }
      return this.#levels.push(level) - 1
    }
    const level = this.#levels[known]!
    level.reach = Math.max(level.reach, reachOf(window))
    return known
  }

  /** How a sum or mean of whole numbers follows from running totals. */
  #totalFold(
    { kind, whenEmpty }: ValueAggregation,
    { column, kind: kept, scale, presence }: ColumnUse,
  ): Fold | undefined {
    const present = this.#totalColumn(presence)
    const total = kept === 'total' ? this.#totalColumn(column) : undefined
    if (total === undefined) return undefined
    if (kind === 'sum') return sumFold(total, scale, present, whenEmpty)
    return kind === 'mean' || kind === 'ratio' ? meanFold(total, scale, present, whenEmpty) : undefined
  }

  #totalColumn(column: number | undefined): TotalColumn | undefined {
    return column === undefined ? undefined : { column, inTiles: this.#totals.indexOf(column) }
  }

  /** How the value of a single event is found. */
  #searchFold(aggregation: ValueAggregation, use: ColumnUse, range: Range): Fold | undefined {
    if (aggregation.kind !== 'lag' && aggregation.kind !== 'time-since' && aggregation.kind !== 'first')
      return undefined
    const { whenEmpty } = aggregation
    const part = this.#partOf(aggregation, use, range)
    const rest = resultFold(part, whenEmpty)
    if (aggregation.kind === 'first') return oldestFold(part, rest, whenEmpty)
    return newestFold(aggregation.steps, aggregation.kind === 'time-since', part, rest, whenEmpty)
  }

  #addToGroup(aggregation: ValueAggregation, use: ColumnUse, range: Range, place: number): void {
    const part = this.#partOf(aggregation, use, range)
    const result = { place, resultOf: part.aggregator.result, whenEmpty: aggregation.whenEmpty }
    const known = this.#groups.find(group => group.range === range && group.part.slot === part.slot)
    if (known === undefined) this.#groups.push({ range, part, results: [result] })
    else known.results.push(result)
  }

  /** The part of an aggregation, which is kept in the tiles of its window, once for all that have the same. */
  #partOf(aggregation: ValueAggregation, use: ColumnUse, range: Range): WindowPart {
    const aggregator = aggregatorOf(aggregation)!
    const key = `${aggregator.key} of ${use.column}, ${use.presence}`
    if (!this.#partKeys.includes(key)) this.#partKeys.push(key)
    const { parts } = this.#levels[range.located.level]!
    if (!parts.some(part => part.key === key))
      parts.push({
        key,
        aggregator,
        maxBytes: aggregator.maxBytes(use.valueBytes),
        valueOf: row => valueInRow(use, row),
      })
    return {
      aggregator,
      slot: this.#partKeys.indexOf(key),
      inTiles: parts.findIndex(part => part.key === key),
      valueAt: (entries, memory, index) => valueInEntry(use, entries, memory, index),
    }
  }
}

/** A late event may open a tile of its own, which is forgotten with the next event. */
function maxTiles({ tiling, reach }: Level, grace: number): number {
  return Math.ceil((reach + grace) / (tiling.kind === 'fixed' ? tiling.size : tiling.gap)) + 2
}
