import { type EventType, type EventValues, type FeatureView, idText, type Pipeline } from '@millrace/core'
import type { ScanRanges } from '@millrace/platform'
import type { EventLog } from './event-log.ts'
import { tieOf } from './tie.ts'

/** Entities to look for: of each view, the texts that name them. */
export type Wanted = ReadonlyMap<FeatureView, ReadonlySet<string>>

/** The events of one entity of one view, of each of the view's sources in the order in which they count. */
export type EntityEvents = ReadonlyMap<EventType, readonly EventValues[]>

/** What a topic holds of one event type, and what it has lost to its retention. */
export interface Holding {
  readonly type: EventType
  /** Records that the topic does not hold any more. */
  readonly lost: number
  /** The earliest event time among what it holds (epoch ms), or null when it holds nothing. */
  readonly oldest: number | null
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
  readonly holdings: readonly Holding[]
}

/**
 * Reads the clean topics of the views' sources once each, and keeps the events of the wanted entities. Throws what the
 * log throws.
 */
export async function collectEvents(log: EventLog, pipeline: Pipeline, wanted: Wanted): Promise<Collected> {
  const found = new Map<string, Found[]>()
  const holdings: Holding[] = []
  for (const type of pipeline.events) {
    const views = [...wanted.keys()].filter(view => view.sources.includes(type))
    if (views.length === 0) continue
    const ranges = await log.cleanRanges(type)
    let oldest: number | null = null
    for await (const { partition, record } of log.cleanEvents(type, ranges)) {
      const { event, origin } = record
      const time = event[type.eventTime] as number
      oldest = Math.min(oldest ?? time, time)
      for (const view of views) {
        const entity = idText(event, view.entity)
        if (!wanted.get(view)!.has(entity)) continue
        const key = keyOf(view, entity, type)
        if (!found.has(key)) found.set(key, [])
        found.get(key)!.push({ event, time, tie: tieOf(partition, origin) })
      }
    }
    holdings.push({ type, lost: lostIn(ranges), oldest })
  }
  return {
    holdings,
    of: (view, entity) =>
      new Map(view.sources.map(type => [type, inOrder(found.get(keyOf(view, entity, type)) ?? [])])),
  }
}

/** How many records a topic does not hold any more: those before the first offsets of its partitions. */
export function lostIn(ranges: ScanRanges): number {
  return [...ranges.values()].reduce((sum, { low }) => sum + low, 0)
}

function inOrder(found: readonly Found[]): readonly EventValues[] {
  return found.toSorted((a, b) => a.time - b.time || a.tie - b.tie).map(({ event }) => event)
}

function keyOf(view: FeatureView, entity: string, type: EventType): string {
  return `${view.name}/${type.name}/${entity}`
}
