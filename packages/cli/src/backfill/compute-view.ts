import {
  type EventType,
  type FeatureValue,
  type FeatureView,
  ViewEngine,
  type ViewState,
} from '@millrace/core'
import type { ErasureTimes } from '../history/erasure-times.ts'
import { EventCursor } from './event-cursor.ts'
import type { SharedTable } from './event-table.ts'
import type { ViewResults } from './results.ts'
import { rowsOf, type SharedRows } from './shares.ts'
import { NO_TEXT, type Texts } from './texts.ts'

interface Source {
  readonly type: EventType
  readonly cursor: EventCursor
  readonly times: Float64Array
  readonly entities: Int32Array
  /** The rows of the share, in order. */
  readonly rows: Uint32Array
}

/** What one view is computed from. */
export interface ViewInput {
  readonly view: FeatureView
  readonly tables: readonly SharedTable[]
  readonly texts: Texts
  /** For each source of the view, its rows by the share of their entity. */
  readonly shares: readonly SharedRows[]
  /** When the view forgot entities, by their text codes. */
  readonly erasures: ErasureTimes<number>
}

/**
 * Computes the features of one view for the scored events of a share of its entities, as the view's stage does under
 * strict order: by event time, ties by the order of the view's sources, then as they came.
 */
export function computeView(
  scored: EventType,
  input: ViewInput,
  partition: number,
  results: ViewResults,
): void {
  const { view, texts } = input
  const engine = new ViewEngine(view)
  const sources = view.sources.map((type, place) => sourceOf(input, type, place, partition))
  const states = new Map<number, ViewState>()
  const isForgotten = forgetting(input.erasures)
  const keep = keeperOf(results, texts)
  const next = new Array<number>(sources.length).fill(0)
  for (let i = first(sources, next); i >= 0; i = first(sources, next)) {
    const { type, cursor, times, entities, rows } = sources[i]!
    const row = rows[next[i]!++]!
    const entity = entities[row]!
    let state = isForgotten(entity, times[row]!) ? undefined : states.get(entity)
    if (state === undefined) {
      state = engine.init()
      states.set(entity, state)
    }
    cursor.row = row
    engine.add(state, type, cursor.event)
    if (type === scored) keep(engine, state, times[row]!, row)
  }
}

/** Whether an entity was forgotten since it was asked for last; an entity is asked for in the order of time. */
function forgetting(erasures: ErasureTimes<number>): (entity: number, time: number) => boolean {
  const asked = new Map<number, number>()
  return (entity, time) => {
    const times = erasures.get(entity)
    if (times === undefined) return false
    const since = asked.get(entity) ?? Number.NEGATIVE_INFINITY
    asked.set(entity, time)
    return times.some(erasure => erasure > since && erasure < time)
  }
}

function sourceOf(
  { view, tables, texts, shares }: ViewInput,
  type: EventType,
  place: number,
  partition: number,
): Source {
  const table = tables.find(table => table.type === type.name)!
  return {
    type,
    cursor: new EventCursor(type, table, texts),
    times: table.columns[type.eventTime] as Float64Array,
    entities: table.keys[view.entity]!,
    rows: rowsOf(shares[place]!, partition),
  }
}

/** The source whose next event comes first, -1 when all are at their end. */
function first(sources: readonly Source[], next: readonly number[]): number {
  let found = -1
  let earliest = Number.POSITIVE_INFINITY
  for (let i = 0; i < sources.length; i++) {
    const { times, rows } = sources[i]!
    const at = next[i]!
    if (at < rows.length && times[rows[at]!]! < earliest) {
      found = i
      earliest = times[rows[at]!]!
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
