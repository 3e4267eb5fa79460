import { type Aggregation, type FeatureView, type Pipeline, routeOf } from '@millrace/core'
import { type ErasureTimes, erasureTimes } from '../history/erasure-times.ts'
import type { EventLog } from '../history/event-log.ts'
import type { ToEvents } from '../input/file-events.ts'
import { EventTable, type SharedTable } from './event-table.ts'
import { type InputFile, type OnRows, readInput } from './read-inputs.ts'
import { type DigestedTopic, type InputTopic, readTopics } from './read-topics.ts'
import { type SharedTexts, TextCodes } from './texts.ts'

/** All events of a backfill, in memory that threads share. */
export interface LoadedEvents {
  /** One for each event type that the views of scored events read, in the order of the pipeline. */
  readonly tables: readonly SharedTable[]
  readonly texts: SharedTexts
  /** Rows that the cleaning refused, by event type and reason. */
  readonly rejected: Readonly<Record<string, number>>
  /** Events whose id had come within the dedupe horizon. */
  readonly duplicates: number
  readonly topics: readonly DigestedTopic[]
  readonly erasures: ViewErasures
}

/** By the name of a view and the text code of an entity, when the view forgot it. */
export type ViewErasures = Readonly<Record<string, ErasureTimes<number>>>

/** Where events come from. */
export interface EventInputs {
  readonly files: readonly InputFile[]
  /** How a row of a CSV or NDJSON file becomes events; undefined where files hold the pipeline's own events. */
  readonly toEvents: ToEvents | undefined
  /** Clean topics, and the log that has them; undefined where only files are read. */
  readonly history?: { readonly log: EventLog; readonly topics: readonly InputTopic[] } | undefined
}

/**
 * Reads events as the ingestor would: cleaned, each id once; those of topics are clean already, and what made views forget
 * entities stands among them. Throws INPUT_INVALID, and what the log throws.
 */
export async function loadEvents(
  pipeline: Pipeline,
  { files, toEvents, history }: EventInputs,
  onRows: OnRows,
): Promise<LoadedEvents> {
  const views = routeOf(pipeline, pipeline.scored)
  const texts = new TextCodes()
  for (const text of textsWhenEmpty(views)) texts.codeOf(text)
  const now = Date.now()
  const tables = new Map(pipeline.events.map(type => [type.name, new EventTable(type, texts, now)]))
  for (const file of files) await readInput(pipeline, file, tables, toEvents, onRows)
  const topics = history === undefined ? [] : await readTopics(history.log, history.topics, tables, onRows)
  const erasures = history === undefined ? {} : await readErasures(history, views, texts)
  const rejected = [...tables.values()].flatMap(({ type, rejected }) =>
    [...rejected].map(([reason, rows]) => [`${type.name} ${reason}`, rows] as const),
  )
  const shared = [...tables.values()].map(table =>
    table.share(views.filter(view => view.sources.includes(table.type)).map(view => view.entity)),
  )
  return {
    tables: shared.map(({ table }) => table),
    texts: texts.share(),
    rejected: Object.fromEntries(rejected),
    duplicates: shared.reduce((sum, { duplicates }) => sum + duplicates, 0),
    topics,
    erasures,
  }
}

/** Of the views whose events come from topics. */
async function readErasures(
  { log, topics }: NonNullable<EventInputs['history']>,
  views: readonly FeatureView[],
  texts: TextCodes,
): Promise<ViewErasures> {
  const types = topics.map(({ type }) => type)
  const erasures: Record<string, ErasureTimes<number>> = {}
  for (const view of views.filter(({ sources }) => sources.some(type => types.includes(type))))
    erasures[view.name] = erasureTimes(await log.erasures(view), entity => texts.codeOf(entity))
  return erasures
}

/** Texts that features may have although no event has them. */
function textsWhenEmpty(views: readonly FeatureView[]): string[] {
  const features = views.flatMap(view => Object.values<Aggregation>(view.features))
  return features.flatMap(({ whenEmpty }) => (typeof whenEmpty === 'string' ? [whenEmpty] : []))
}
