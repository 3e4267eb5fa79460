import { MillraceError } from '@millrace/core'
import { described, type HttpApp, readJson } from '@millrace/platform/http'
import type { ServedModels } from '../../served/served-models.ts'
import { type JsonObject, objectOf, parametersOf } from '../infer/json-object.ts'
import type { ModelParams } from '../model-params.ts'
import { DONE, LOAD_REQUEST, REPOSITORY_INDEX, REPOSITORY_REQUEST } from '../schemas.ts'

const administration = { scope: 'administer-models', tag: 'model repository', bodyIsOptional: true } as const

const INDEX = described({
  ...administration,
  summary: 'Every version that is known, and where it stands.',
  body: [REPOSITORY_REQUEST],
  answers: { 200: [REPOSITORY_INDEX] },
})
const LOAD = described({
  ...administration,
  summary: 'Loads a model anew: the version that is to serve.',
  body: [LOAD_REQUEST],
  answers: { 200: [DONE] },
})
const UNLOAD = described({
  ...administration,
  summary: 'Lets go of a model until it is loaded again.',
  body: [LOAD_REQUEST],
  answers: { 200: [DONE] },
})

/** Adds the model repository extension, which is for those who administer models. */
export function addRepositoryRoutes(app: HttpApp, models: ServedModels): void {
  app.post('/v2/repository/index', INDEX, ({ body }) => {
    const { ready } = bodyOf(body)
    if (ready !== undefined && typeof ready !== 'boolean') throw invalid('"ready" must be true or false.')
    return models.index().filter(({ state }) => ready !== true || state === 'READY')
  })
  app.post<{ Params: ModelParams }>('/v2/repository/models/:name/load', LOAD, async ({ params, body }) => {
    refuseFiles(parametersOf(bodyOf(body)['parameters'], 'The request') ?? {})
    await models.load(params.name)
    return {}
  })
  app.post<{ Params: ModelParams }>('/v2/repository/models/:name/unload', UNLOAD, async request => {
    bodyOf(request.body)
    await models.unload(request.params.name)
    return {}
  })
}

/** A body is optional. */
function bodyOf(body: unknown): JsonObject {
  const isEmpty = body === undefined || body === null || (Buffer.isBuffer(body) && body.length === 0)
  return isEmpty ? {} : objectOf(readJson(body), 'The request')
}

/** Models come from the registry alone: what was not reviewed there is not served. */
function refuseFiles(parameters: JsonObject): void {
  const given = Object.keys(parameters).find(name => name === 'config' || name.startsWith('file:'))
  if (given === undefined) return
  throw invalid(
    'A model cannot be sent: put it into the model folder or the registry, and load it from there.',
  )
}

function invalid(message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message)
}
