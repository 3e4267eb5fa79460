import {
  type FeatureValue,
  type FeatureView,
  type Pipeline,
  ViewEngine,
  type ViewState,
} from '@millrace/core'
import { EventCursor } from './event-cursor.ts'
import type { SharedTable } from './event-table.ts'
import type { ViewResults } from './results.ts'
import { NO_TEXT, type Texts } from './texts.ts'

/** One share of a view's entities. */
export interface Share {
  readonly partition: number
  readonly partitions: number
}

interface Source {
  readonly type: FeatureView['sources'][number]
  readonly cursor: EventCursor
  readonly times: Float64Array
  readonly entities: Int32Array
  readonly rows: number
}

/**
 * Computes the features of one view for the scored events of a share of its entities, as the view's stage does under
 * strict order: by event time, ties by the order of the view's sources, then as they came.
 */
export function computeView(
  pipeline: Pipeline,
  view: FeatureView,
  tables: readonly SharedTable[],
  texts: Texts,
  results: ViewResults,
  { partition, partitions }: Share,
): void {
  const engine = new ViewEngine(view)
  const sources = view.sources.map(type => sourceOf(view, type, tables, texts))
  const states = new Array<ViewState | undefined>(Math.ceil(texts.size / partitions))
  const keep = keeperOf(results, texts)
  const next = new Array<number>(sources.length).fill(0)
  for (let i = first(sources, next); i >= 0; i = first(sources, next)) {
    const { type, cursor, times, entities } = sources[i]!
    const row = next[i]!++
    const entity = entities[row]!
    if (entity % partitions !== partition) continue
    const place = (entity / partitions) | 0
    states[place] ??= engine.init()
    const state = states[place]
    cursor.row = row
    engine.add(state, type, cursor.event)
    if (type === pipeline.scored) keep(engine, state, times[row]!, row)
  }
}

/** The rows of a share, in order. */
export function rowsOfShare(entities: Int32Array, { partition, partitions }: Share): Uint32Array {
  let count = 0
  for (let row = 0; row < entities.length; row++) if (entities[row]! % partitions === partition) count++
  const rows = new Uint32Array(count)
  for (let row = 0, i = 0; row < entities.length; row++)
    if (entities[row]! % partitions === partition) rows[i++] = row
  return rows
}

function sourceOf(
  view: FeatureView,
  type: FeatureView['sources'][number],
  tables: readonly SharedTable[],
  texts: Texts,
): Source {
  const table = tables.find(table => table.type === type.name)!
  return {
    type,
    cursor: new EventCursor(type, table, texts),
    times: table.columns[type.eventTime] as Float64Array,
    entities: table.keys[view.entity]!,
    rows: table.rows,
  }
}

/** The source whose next event comes first, -1 when all are at their end. */
function first(sources: readonly Source[], next: readonly number[]): number {
  let found = -1
  let earliest = Number.POSITIVE_INFINITY
  for (let i = 0; i < sources.length; i++) {
    const { times, rows } = sources[i]!
    const row = next[i]!
    if (row < rows && times[row]! < earliest) {
      found = i
      earliest = times[row]!
    }
  }
  return found
}

function keeperOf({ features, newest, truncated }: ViewResults, texts: Texts) {
  const values = new Array<FeatureValue>(features.length)
  const toNumber = features.map(column => (column instanceof Int32Array ? codeIn(texts) : asNumber))
  return (engine: ViewEngine, state: ViewState, time: number, row: number): void => {
    const evaluation = engine.evaluate(state, time, values, 0)
    for (let f = 0; f < features.length; f++) features[f]![row] = toNumber[f]!(values[f]!)
    newest[row] = evaluation.newest ?? Number.NaN
    truncated[row] = evaluation.truncated ? 1 : 0
  }
}

function asNumber(value: FeatureValue): number {
  return value as number
}

function codeIn(texts: Texts): (value: FeatureValue) => number {
  return value => (value === null ? NO_TEXT : texts.codeOf(value as string))
}
