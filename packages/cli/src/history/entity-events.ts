import {
  type EventType,
  type EventValues,
  type FeatureView,
  idText,
  type Pipeline,
  routeOf,
  topics,
} from '@millrace/core'
import type { ScanRanges } from '@millrace/platform'
import { Completeness } from './completeness.ts'
import { rangesWith } from './entity-partitions.ts'
import { type ErasureTimes, erasureTimes } from './erasure-times.ts'
import type { EventLog } from './event-log.ts'
import { tieOf } from './tie.ts'

/** Entities to look for: of each view, the texts that name them. */
export type Wanted = ReadonlyMap<FeatureView, ReadonlySet<string>>

/** The events of one entity of one view, of each of the view's sources in the order in which they count. */
export type EntityEvents = ReadonlyMap<EventType, readonly EventValues[]>

/** What a topic holds of one event type, and what it has lost to its retention. */
export interface Holding {
  readonly topic: string
  readonly type: EventType
  /** Records that the topic does not hold any more. */
  readonly lost: number
  /** Nothing is missing from this event time on (epoch ms): −∞ where nothing was lost, +∞ where it cannot be told. */
  readonly completeFrom: number
}

interface Found {
  readonly event: EventValues
  readonly time: number
  readonly tie: number
}

/** What was found of the entities in the topics. */
export interface Collected {
  /** The events of an entity that was asked for. */
  of(view: FeatureView, entity: string): EntityEvents
  /** When the view forgot the entity: between event times (epoch ms), in their order. */
  erasuresOf(view: FeatureView, entity: string): readonly number[]
  readonly holdings: readonly Holding[]
}

/**
 * Reads the clean topics of the views' sources once each, and keeps the events of the wanted entities; and what made the
 * views forget them. Throws what the log throws.
 */
export async function collectEvents(log: EventLog, pipeline: Pipeline, wanted: Wanted): Promise<Collected> {
  const found = new Map<string, Found[]>()
  const holdings: Holding[] = []
  for (const type of pipeline.events) {
    const views = [...wanted.keys()].filter(view => view.sources.includes(type))
    if (views.length === 0) continue
    const ranges = narrowed(pipeline, type, wanted, await log.cleanRanges(type))
    const completeness = new Completeness(ranges)
    for await (const { partition, record } of log.cleanEvents(type, ranges)) {
      const { event, origin } = record
      const time = event[type.eventTime] as number
      completeness.note(partition, time)
      for (const key of keysOf(type, event, views, wanted))
        listIn(found, key).push({ event, time, tie: tieOf(partition, origin) })
    }
    const { lost, from: completeFrom } = completeness
    holdings.push({ topic: topics.cleanTopic(pipeline, type), type, lost, completeFrom })
  }
  const erasures = await erasuresOfAll(log, wanted)
  return {
    holdings,
    erasuresOf: (view, entity) => erasures.get(view)?.get(entity) ?? [],
    of: (view, entity) =>
      new Map(view.sources.map(type => [type, inOrder(found.get(keyOf(view, entity, type)) ?? [])])),
  }
}

async function erasuresOfAll(log: EventLog, wanted: Wanted): Promise<Map<FeatureView, ErasureTimes<string>>> {
  const all = new Map<FeatureView, ErasureTimes<string>>()
  for (const [view, entities] of wanted) {
    all.set(
      view,
      erasureTimes(await log.erasures(view, entities), entity => entity),
    )
  }
  return all
}

/** What an event is kept under: once for each view that wants its entity. */
function keysOf(
  type: EventType,
  event: EventValues,
  views: readonly FeatureView[],
  wanted: Wanted,
): readonly string[] {
  return views.flatMap(view => {
    const entity = idText(event, view.entity)
    return wanted.get(view)!.has(entity) ? [keyOf(view, entity, type)] : []
  })
}

function listIn(found: Map<string, Found[]>, key: string): Found[] {
  const known = found.get(key)
  if (known !== undefined) return known
  const list: Found[] = []
  found.set(key, list)
  return list
}

/** A clean topic is keyed by the entity of the first view on its route: if only that is wanted, its partitions will do. */
function narrowed(pipeline: Pipeline, type: EventType, wanted: Wanted, ranges: ScanRanges): ScanRanges {
  const [first, ...others] = routeOf(pipeline, type)
  if (first === undefined || others.some(view => wanted.has(view))) return ranges
  return rangesWith(wanted.get(first)!, ranges)
}

function inOrder(found: readonly Found[]): readonly EventValues[] {
  return found.toSorted((a, b) => a.time - b.time || a.tie - b.tie).map(({ event }) => event)
}

function keyOf(view: FeatureView, entity: string, type: EventType): string {
  return `${view.name}/${type.name}/${entity}`
}
