import { MillraceError } from '@millrace/core'
import type { FeatureLookup, ServedView } from '@millrace/platform/online'

/** What a request wants to know of one view. */
export interface LookupPart {
  readonly view: ServedView
  /** Entities as they are stored. */
  readonly entities: readonly string[]
  /** The same entities as they were asked for. */
  readonly asked: readonly (string | number)[]
  /** Places of the wanted features among those of the view. */
  readonly features: readonly number[]
}

export interface LookupRequest {
  readonly parts: readonly LookupPart[]
  /** The time of the evaluation (epoch ms), undefined for now. */
  readonly asOf: number | undefined
}

export type ServedViews = FeatureLookup['views']

type Fields = Readonly<Record<string, unknown>>

/** Reads the body of a lookup. Throws REQUEST_INVALID, REQUEST_TOO_LARGE, or NOT_FOUND for an unknown name. */
export function readLookup(body: unknown, views: ServedViews, maxEntities: number): LookupRequest {
  if (!isObject(body)) throw invalid('The body must be an object with "views".')
  const { views: asked, features, asOf } = body
  if (!isObject(asked) || Object.keys(asked).length === 0) {
    throw invalid('"views" must give, by the name of a feature view, a list of its entities.')
  }
  const lists = Object.entries(asked)
  refuseTooMany(lists, maxEntities)
  const wanted = lists.map(([name]) => viewOf(views, name))
  const places = placesOf(wanted, features)
  return {
    parts: lists.map(([, entities], i) => partOf(wanted[i]!, entities as readonly unknown[], places[i]!)),
    asOf: asOf === undefined || asOf === null ? undefined : timeOf(asOf),
  }
}

/** What may stand after the question mark of a lookup of one entity; given twice it is a list. */
export interface EntityQuery {
  readonly asOf?: unknown
  /** Names with commas between them. */
  readonly features?: unknown
}

/** Reads the lookup of one entity. Throws as `readLookup` does. */
export function readEntityLookup(
  view: string,
  entity: string,
  { asOf, features }: EntityQuery,
  views: ServedViews,
): LookupRequest {
  const names = features === undefined ? undefined : String(features).split(',')
  const time = typeof asOf === 'string' && /^\d+$/.test(asOf) ? Number(asOf) : asOf
  return readLookup({ views: { [view]: [entity] }, features: names, asOf: time }, views, 1)
}

function viewOf(views: ServedViews, name: string): ServedView {
  const view = views.get(name)
  if (view !== undefined) return view
  throw new MillraceError(
    'NOT_FOUND',
    `The feature view is unknown: this pipeline has ${[...views.keys()].join(', ')}.`,
  )
}

/** A time (epoch ms), or ISO 8601 text with a zone. Throws REQUEST_INVALID. */
function timeOf(asked: unknown): number {
  const time = typeof asked === 'string' && ISO_WITH_ZONE.test(asked) ? Date.parse(asked) : asked
  if (typeof time === 'number' && time >= 0 && time <= LATEST_TIME) return Math.round(time)
  throw invalid('"asOf" must be a time: epoch milliseconds, or ISO 8601 text with a zone.')
}

const ISO_WITH_ZONE = /^\d{4}-.*(Z|[+-]\d{2}:?\d{2})$/
/** The last time that a JavaScript date can tell. */
const LATEST_TIME = 8.64e15

function refuseTooMany(lists: readonly (readonly [string, unknown])[], maxEntities: number): void {
  let count = 0
  for (const [, entities] of lists) {
    if (!Array.isArray(entities)) throw invalid('The entities of a feature view must be a list.')
    count += entities.length
  }
  if (count > maxEntities) {
    throw new MillraceError(
      'REQUEST_TOO_LARGE',
      `The request asks for more than ${maxEntities} entities: ask in parts.`,
    )
  }
}

/** For each view the places of its wanted features: all of them where no names are given. */
function placesOf(views: readonly ServedView[], names: unknown): readonly (readonly number[])[] {
  if (names === undefined || names === null) return views.map(({ featureNames }) => [...featureNames.keys()])
  if (!Array.isArray(names)) throw invalid('"features" must be a list of names.')
  const wanted = new Set(names)
  const known = new Set(views.flatMap(({ featureNames }) => featureNames))
  if ([...wanted].some(name => !known.has(name))) {
    throw new MillraceError('NOT_FOUND', 'A feature is unknown, or its feature view is not asked for.')
  }
  return views.map(({ featureNames }) =>
    [...featureNames.keys()].filter(place => wanted.has(featureNames[place])),
  )
}

function partOf(view: ServedView, asked: readonly unknown[], features: readonly number[]): LookupPart {
  const entities = asked.map(raw => {
    const entity = view.entityOf(raw)
    if (entity !== undefined) return entity
    throw invalid(`An entity of the feature view "${view.view.name}" is no ${view.view.entity}.`)
  })
  return { view, entities, asked: asked as readonly (string | number)[], features }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}
