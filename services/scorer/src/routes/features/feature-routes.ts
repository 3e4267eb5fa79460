import type { Clock } from '@millrace/core'
import { type HttpApp, readJson } from '@millrace/platform'
import type { FeatureLookup } from '@millrace/platform/online'
import { FEATURES, FEATURES_OF_ENTITY } from './describe-features.ts'
import { type EntityQuery, readEntityLookup, readLookup } from './read-lookup.ts'
import { writeEntity, writeFeatures } from './write-features.ts'

export interface FeatureRoutesOptions {
  readonly lookup: FeatureLookup
  /** The declared clock: what now is. */
  readonly clock: Clock
  /** Entities that one request may ask for. */
  readonly maxEntities: number
}

interface EntityRoute {
  readonly Params: { readonly view: string; readonly entity: string }
  readonly Querystring: EntityQuery
}

const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * Adds `POST /v1/features`, the features of many entities of one or several views, and
 * `GET /v1/features/<view>/<entity>`, those of one entity: as of now or of a given time, each with its age and with the
 * view's objective of freshness.
 */
export function registerFeatureRoutes(app: HttpApp, options: FeatureRoutesOptions): void {
  const { lookup, clock, maxEntities } = options
  app.post('/v1/features', FEATURES, async ({ body }, reply) => {
    const { parts, asOf = Math.round(clock.now()) } = readLookup(readJson(body), lookup.views, maxEntities)
    const found = await lookup.lookUp(parts, asOf)
    return reply.type(JSON_TYPE).send(writeFeatures(parts, found, asOf))
  })
  app.get<EntityRoute>('/v1/features/:view/:entity', FEATURES_OF_ENTITY, async ({ params, query }, reply) => {
    const { parts, asOf = Math.round(clock.now()) } = readEntityLookup(
      params.view,
      params.entity,
      query,
      lookup.views,
    )
    const [found] = await lookup.lookUp(parts, asOf)
    return reply.type(JSON_TYPE).send(writeEntity(parts[0]!, found![0]!, asOf))
  })
}
