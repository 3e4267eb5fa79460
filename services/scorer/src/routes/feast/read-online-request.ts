import { MillraceError, type Pipeline } from '@millrace/core'
import type { FeatureLookup, ServedView } from '@millrace/platform/online'
import { feastError } from './feast-error.ts'

/** A feature that was asked for: its view, by the place among the request's views, and its place in that view. */
export interface AskedFeature {
  readonly part: number
  readonly place: number
  /** The name of its column. */
  readonly name: string
}

/** The rows of one view. */
export interface OnlinePart {
  readonly view: ServedView
  /** Entities as they are stored, a row each. */
  readonly entities: readonly string[]
}

/** A request for the features of rows of entities, column by column. */
export interface OnlineRequest {
  readonly keys: Readonly<Record<string, readonly unknown[]>>
  readonly rows: number
  readonly parts: readonly OnlinePart[]
  readonly features: readonly AskedFeature[]
  /** Whether the answer names the views as well. */
  readonly withViews: boolean
}

type Fields = Readonly<Record<string, unknown>>

/**
 * Builds the reading of the bodies of `POST /get-online-features`. Feast calls the features of a model a feature
 * service: here it has the model's name, and all those of its inputs that are kept in a view. It throws errors of Feast.
 */
export function compileOnlineRequest(
  { model }: Pipeline,
  { views }: FeatureLookup,
  maxEntities: number,
): (body: unknown) => OnlineRequest {
  const served = [...views.values()]
  const ofModel = model.inputs.flatMap(input => {
    const view = served.find(({ featureNames }) => featureNames.includes(input))
    return view === undefined ? [] : [`${view.view.name}:${input}`]
  })

  function referencesOf({ features, feature_service: service }: Fields): readonly string[] {
    if (typeof service === 'string') {
      if (service === model.name) return ofModel
      throw feastError(
        'FeatureServiceNotFoundException',
        `The feature service does not exist: this pipeline has ${model.name}.`,
      )
    }
    if (Array.isArray(features) && features.every(isReference)) return features
    throw feastError('FeastError', 'Give "features", a list of "view:feature", or "feature_service".')
  }

  return body => {
    if (typeof body !== 'object' || body === null)
      throw feastError('FeastError', 'The body must be an object.')
    const asked = body as Fields
    const { keys, rows } = readKeys(asked['entities'])
    const references = [...new Set(referencesOf(asked))].map(reference => resolve(reference, views))
    const wanted = [...new Set(references.map(({ view }) => view))]
    if (rows * wanted.length > maxEntities) throw tooMany(maxEntities)
    const isFull = asked['full_feature_names'] === true
    return {
      keys,
      rows,
      parts: wanted.map(view => ({ view, entities: entitiesOf(view, keys) })),
      features: references.map(({ view, place }) => ({
        part: wanted.indexOf(view),
        place,
        name: `${isFull ? `${view.view.name}__` : ''}${view.featureNames[place]}`,
      })),
      withViews: asked['include_feature_view_version_metadata'] === true,
    }
  }
}

function isReference(text: unknown): text is string {
  return typeof text === 'string' && text.includes(':')
}

/** The columns of entity keys, all of the same length. */
function readKeys(entities: unknown): Pick<OnlineRequest, 'keys' | 'rows'> {
  if (typeof entities !== 'object' || entities === null)
    throw feastError('FeastError', 'Give "entities", lists by join key.')
  const columns = Object.values(entities)
  const rows = Array.isArray(columns[0]) ? columns[0].length : 0
  if (columns.length > 0 && columns.every(column => Array.isArray(column) && column.length === rows)) {
    return { keys: entities as OnlineRequest['keys'], rows }
  }
  throw feastError('FeastError', 'The columns of "entities" must be lists of the same length.')
}

function resolve(reference: string, views: FeatureLookup['views']): { view: ServedView; place: number } {
  const colon = reference.indexOf(':')
  const view = views.get(reference.slice(0, colon))
  if (view === undefined) {
    const known = [...views.keys()].join(', ')
    throw feastError(
      'FeatureViewNotFoundException',
      `A feature view does not exist: this pipeline has ${known}.`,
    )
  }
  const place = view.featureNames.indexOf(reference.slice(colon + 1))
  if (place >= 0) return { view, place }
  throw feastError(
    'SpecifiedFeaturesNotPresentError',
    `A feature does not exist: ${view.view.name} has ${view.featureNames.join(', ')}.`,
  )
}

function entitiesOf(view: ServedView, keys: OnlineRequest['keys']): readonly string[] {
  const { entity: joinKey, name } = view.view
  const column = Object.hasOwn(keys, joinKey) ? keys[joinKey] : undefined
  if (column === undefined) {
    throw feastError('RequestDataNotFoundInEntityRowsException', `${name} needs the join key ${joinKey}.`)
  }
  return column.map(raw => {
    const entity = view.entityOf(raw)
    if (entity !== undefined) return entity
    throw feastError('FeastError', `A value is no ${joinKey} of ${name}.`)
  })
}

function tooMany(maxEntities: number): MillraceError {
  return new MillraceError(
    'REQUEST_TOO_LARGE',
    `The request asks for more than ${maxEntities} entities: ask in parts.`,
  )
}
