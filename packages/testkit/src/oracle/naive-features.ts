import type { Aggregation, EventType, EventValues, FeatureValue, FeatureView, Window } from '@millrace/core'
import { naiveMeasure, type TimedValue } from './naive-measures.ts'

/** An event that was handled. */
export interface HandledEvent {
  readonly source: EventType
  readonly event: EventValues
  readonly time: number
}

/** What is known of the events of one source: those kept one by one, and those put into tiles, each in order of time. */
interface Kept {
  readonly entries: readonly HandledEvent[]
  readonly tiled: readonly HandledEvent[]
}

/**
 * The features of a view at `time` by their definitions: every event handled so far is looked at.
 * @param tileSizeOf the size of the tiles that serve a sliding window (ms)
 */
export function naiveFeatures(
  view: FeatureView,
  handled: readonly HandledEvent[],
  time: number,
  tileSizeOf: (length: number) => number,
): FeatureValue[] {
  const keptOf = new Map<string, Kept>()
  return Object.values(view.features).map(aggregation => {
    const maxEntries = aggregation.window.precision === 'tiled' ? 0 : view.maxEntries
    const key = `${aggregation.source.name} ${maxEntries}`
    const kept = keptOf.get(key) ?? keep(handled, aggregation.source, maxEntries)
    keptOf.set(key, kept)
    return naiveFeature(aggregation, kept, time, tileSizeOf)
  })
}

function keep(handled: readonly HandledEvent[], source: EventType, maxEntries: number): Kept {
  const entries: HandledEvent[] = []
  const tiled: HandledEvent[] = []
  let foldedUpTo = Number.NEGATIVE_INFINITY
  for (const item of handled.filter(candidate => candidate.source === source)) {
    if (maxEntries === 0 || item.time < foldedUpTo) insert(tiled, item)
    else insert(entries, item)
    if (entries.length <= maxEntries) continue
    const oldest = entries.shift()!
    foldedUpTo = oldest.time
    insert(tiled, oldest)
  }
  return { entries, tiled }
}

/** After those with the same time. */
function insert(list: HandledEvent[], item: HandledEvent): void {
  const after = list.findLastIndex(({ time }) => time <= item.time)
  list.splice(after + 1, 0, item)
}

function naiveFeature(
  aggregation: Aggregation,
  kept: Kept,
  time: number,
  tileSizeOf: (length: number) => number,
): FeatureValue {
  const items = inWindow(aggregation.window, kept, time, tileSizeOf)
  const values = items
    .filter(({ event }) => aggregation.where === undefined || aggregation.where(event))
    .map(item => ({ time: item.time, value: valueSeen(aggregation, item) }))
    .filter((item): item is TimedValue => item.value !== null)
  return naiveMeasure(aggregation, values, time, scaleOf(aggregation)) ?? aggregation.whenEmpty
}

function scaleOf({ source, field }: Aggregation): number {
  const declared = field === undefined ? undefined : source.fields[field]
  return declared?.kind === 'money' ? 10 ** declared.decimals : 1
}

function valueSeen({ source, field }: Aggregation, { event }: HandledEvent): number | string | null {
  if (field === undefined) return 0
  const value = event[field] as number | string | boolean | null
  return source.fields[field]!.kind === 'flag' ? Number(value) : (value as number | string | null)
}

function inWindow(
  window: Window,
  { entries, tiled }: Kept,
  time: number,
  tileSizeOf: (length: number) => number,
): readonly HandledEvent[] {
  if (window.kind === 'session') return inSession(window, { entries, tiled }, time)
  const [from, to] = boundsOf(window, time)
  const size = window.kind === 'sliding' ? tileSizeOf(window.length) : window.step
  const firstTile = Math.floor((from + 1) / size)
  const lastTile = Math.floor(to / size)
  const tileOf = (item: HandledEvent): number => Math.floor(item.time / size)
  return [
    ...tiled.filter(item => tileOf(item) >= firstTile && tileOf(item) <= lastTile),
    ...entries.filter(item => item.time > from && item.time <= to),
  ]
}

/** Start, exclusive, and end, inclusive. */
function boundsOf(window: Exclude<Window, { kind: 'session' }>, time: number): [number, number] {
  if (window.kind === 'sliding') return [time - window.offset - window.length, time - window.offset]
  const containing = Math.floor(time / window.step) * window.step
  const start = containing - window.size + window.step - window.ago * window.step
  return [start - 1, Math.min(time, start + window.size - 1)]
}

function inSession(
  { gap, maxLength }: { readonly gap: number; readonly maxLength: number },
  { entries, tiled }: Kept,
  time: number,
): readonly HandledEvent[] {
  const open: HandledEvent[] = []
  let next = time
  for (const item of entries.filter(candidate => candidate.time <= time).toReversed()) {
    if (next - item.time >= gap || item.time <= time - maxLength) return open.toReversed()
    open.push(item)
    next = item.time
  }
  const session = sessionsOf(tiled, gap).findLast(items => items[0]!.time <= next)
  const connects = session !== undefined && next - session.at(-1)!.time < gap
  return [...(connects ? session : []), ...open.toReversed()]
}

function sessionsOf(items: readonly HandledEvent[], gap: number): HandledEvent[][] {
  const sessions: HandledEvent[][] = []
  for (const item of items) {
    const newest = sessions.at(-1)?.at(-1)?.time ?? Number.NEGATIVE_INFINITY
    if (item.time - newest < gap) sessions.at(-1)!.push(item)
    else sessions.push([item])
  }
  return sessions
}
