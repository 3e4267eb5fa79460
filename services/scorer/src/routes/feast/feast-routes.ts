import type { Clock, Pipeline } from '@millrace/core'
import { type Health, type HttpApp, readJson } from '@millrace/platform'
import type { FeatureLookup } from '@millrace/platform/online'
import { answerErrorsAsFeast } from './feast-error.ts'
import { compileOnlineRequest } from './read-online-request.ts'
import { writeOnlineAnswer } from './write-online-answer.ts'

export interface FeastRoutesOptions {
  readonly pipeline: Pipeline
  readonly lookup: FeatureLookup
  readonly health: Pick<Health, 'state'>
  /** The declared clock: what now is. */
  readonly clock: Clock
  /** Entities that one request may ask for, over all its feature views. */
  readonly maxEntities: number
}

/**
 * Adds the calls of Feast's feature server, so that Feast's own SDK reads with `online_store: {type: remote}`. Feast's
 * feature views are those of the pipeline; its feature service is the model.
 */
export function registerFeastRoutes(app: HttpApp, options: FeastRoutesOptions): void {
  app.register(async scope => {
    answerErrorsAsFeast(scope)
    addReading(scope, options)
    scope.get('/health', (_, reply) => reply.code(options.health.state().ready ? 200 : 503).send())
  })
}

function addReading(app: HttpApp, { pipeline, lookup, clock, maxEntities }: FeastRoutesOptions): void {
  const readRequest = compileOnlineRequest(pipeline, lookup, maxEntities)
  app.post('/get-online-features', async ({ body }, reply) => {
    const now = Math.round(clock.now())
    const request = readRequest(readJson(body))
    const found = await lookup.lookUp(request.parts, now)
    return reply.type('application/json; charset=utf-8').send(writeOnlineAnswer(request, found, now))
  })
}
