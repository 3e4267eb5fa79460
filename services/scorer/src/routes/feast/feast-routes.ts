import type { Pipeline } from '@millrace/core'
import { type Health, type HttpApp, needs, readJson } from '@millrace/platform'
import { type FeatureLookup, pushTargetsOf } from '@millrace/platform/online'
import { textBytes } from '../text-bytes.ts'
import { answerErrorsAsFeast } from './feast-error.ts'
import { addWriting, type PushRoutesOptions } from './push-routes.ts'
import { compileOnlineRequest } from './read-online-request.ts'
import { writeOnlineAnswer } from './write-online-answer.ts'

export interface FeastRoutesOptions extends PushRoutesOptions {
  readonly pipeline: Pipeline
  readonly lookup: FeatureLookup
  readonly health: Pick<Health, 'state'>
  /** Entities that one request may ask for, over all its feature views. */
  readonly maxEntities: number
}

/**
 * Adds the calls of Feast's feature server, so that Feast's own SDK reads and writes with `online_store: {type: remote}`.
 * Feast's feature views are those of the pipeline; its feature service is the model.
 */
export function registerFeastRoutes(app: HttpApp, options: FeastRoutesOptions): void {
  app.register(async scope => {
    answerErrorsAsFeast(scope)
    addReading(scope, options)
    addWriting(scope, pushTargetsOf(options.pipeline), options)
    scope.get('/health', needs('open'), (_, reply) =>
      reply.code(options.health.state().ready ? 200 : 503).send(),
    )
  })
}

function addReading(app: HttpApp, { pipeline, lookup, clock, maxEntities }: FeastRoutesOptions): void {
  const readRequest = compileOnlineRequest(pipeline, lookup, maxEntities)
  app.post('/get-online-features', needs('read-features'), async ({ body }, reply) => {
    const now = Math.round(clock.now())
    const request = readRequest(readJson(body))
    const found = await lookup.lookUp(request.parts, now)
    return reply
      .type('application/json; charset=utf-8')
      .send(textBytes(writeOnlineAnswer(request, found, now)))
  })
}
