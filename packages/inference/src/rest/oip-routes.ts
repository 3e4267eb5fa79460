import { described, type HttpApp } from '@millrace/platform/http'
import type { ServedModel, ServedModels } from '../served/served-models.ts'
import { addInferRoute } from './infer/infer-route.ts'
import type { InferenceRoutesOptions } from './inference-routes-options.ts'
import type { ModelParams } from './model-params.ts'
import { addConfigRoute } from './models/model-config.ts'
import { addStatisticsRoutes } from './models/model-statistics.ts'
import { addRepositoryRoutes } from './models/repository-routes.ts'
import { MODEL_METADATA, MODEL_READY, SERVER_LIVE, SERVER_METADATA, SERVER_READY } from './schemas.ts'
import { addV1Routes } from './v1/v1-routes.ts'

/** What this server offers beyond the Open Inference Protocol itself, by the names that its users know. */
const EXTENSIONS = ['binary_tensor_data', 'model_configuration', 'model_repository', 'statistics']

const MODEL_PATHS = ['/v2/models/:name', '/v2/models/:name/versions/:version'] as const

const tag = 'inference'
const METADATA = described({
  scope: 'score',
  tag,
  summary: 'What the server is, and which extensions of the protocol it offers.',
  answers: { 200: [SERVER_METADATA] },
})
const LIVE = described({
  scope: 'open',
  tag,
  summary: 'Whether the server answers.',
  answers: { 200: [SERVER_LIVE] },
})
const READY = described({
  scope: 'open',
  tag,
  summary: 'Whether every model can be asked.',
  answers: { 200: [SERVER_READY], 503: [SERVER_READY] },
})
const OF_MODEL = described({
  scope: 'score',
  tag,
  summary: 'The inputs, outputs and versions of a model.',
  answers: { 200: [MODEL_METADATA] },
})
const READY_MODEL = described({
  scope: 'open',
  tag,
  summary: 'Whether a model can be asked.',
  answers: { 200: [MODEL_READY], 503: [MODEL_READY] },
})

/** Adds the Open Inference Protocol v2 over REST, and version 1 beside it, for the models that are served. */
export function registerInferenceRoutes(app: HttpApp, options: InferenceRoutesOptions): void {
  const { models } = options
  addServerRoutes(app, options)
  addStatisticsRoutes(app, models)
  addRepositoryRoutes(app, models)
  for (const path of MODEL_PATHS) {
    addModelRoutes(app, path, models)
    addInferRoute(app, path, options)
    addConfigRoute(app, path, models)
  }
  addV1Routes(app, options)
}

function addServerRoutes(app: HttpApp, { models, health, server }: InferenceRoutesOptions): void {
  app.get('/v2', METADATA, () => ({ ...server, extensions: EXTENSIONS }))
  app.get('/v2/health/live', LIVE, () => ({ live: true }))
  app.get('/v2/health/ready', READY, (_, reply) => {
    const ready = models.names().every(name => isReady(models, name)) && health.state().ready
    return reply.code(ready ? 200 : 503).send({ ready, live: true })
  })
}

/** A model that is not loaded is not found, but known. */
function isReady(models: ServedModels, name: string): boolean {
  try {
    return models.find(name).ready
  } catch {
    return false
  }
}

function addModelRoutes(app: HttpApp, path: (typeof MODEL_PATHS)[number], models: ServedModels): void {
  app.get<{ Params: ModelParams }>(path, OF_MODEL, ({ params: { name, version } }) =>
    metadataOf(models.find(name, version)),
  )
  app.get<{ Params: ModelParams }>(`${path}/ready`, READY_MODEL, ({ params: { name, version } }, reply) => {
    const { ready } = models.find(name, version)
    return reply.code(ready ? 200 : 503).send({ name, ready })
  })
}

function metadataOf({ identity, versions, signature }: ServedModel): object {
  return { name: identity.name, versions, platform: 'onnx_onnxv1', ...signature }
}
