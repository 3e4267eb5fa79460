import type { Health } from '@millrace/platform'
import { type HttpApp, needs, readJson } from '@millrace/platform/http'
import type { ServedModel, ServedModels } from '../served/served-models.ts'
import { writeJsonData } from '../tensor/json-tensor.ts'
import { readInferRequest } from './read-infer-request.ts'

export interface InferenceRoutesOptions {
  readonly models: ServedModels
  readonly health: Pick<Health, 'state'>
  /** What the server calls itself. */
  readonly server: { readonly name: string; readonly version: string }
}

interface ModelParams {
  readonly name: string
  readonly version?: string
}

const MODEL_PATHS = ['/v2/models/:name', '/v2/models/:name/versions/:version'] as const

/** Adds the Open Inference Protocol v2 over REST for the models that are served. */
export function registerInferenceRoutes(app: HttpApp, options: InferenceRoutesOptions): void {
  addServerRoutes(app, options)
  for (const path of MODEL_PATHS) addModelRoutes(app, path, options.models)
}

function addServerRoutes(app: HttpApp, { models, health, server }: InferenceRoutesOptions): void {
  app.get('/v2', needs('score'), () => ({ ...server, extensions: [] }))
  app.get('/v2/health/live', needs('open'), () => ({ live: true }))
  app.get('/v2/health/ready', needs('open'), (_, reply) => {
    const ready = models.names().every(name => models.find(name).ready) && health.state().ready
    return reply.code(ready ? 200 : 503).send({ ready, live: true })
  })
}

function addModelRoutes(app: HttpApp, path: (typeof MODEL_PATHS)[number], models: ServedModels): void {
  app.get<{ Params: ModelParams }>(path, needs('score'), ({ params: { name, version } }) =>
    metadataOf(models.find(name, version)),
  )
  app.get<{ Params: ModelParams }>(`${path}/ready`, needs('open'), ({ params: { name, version } }, reply) => {
    const { ready } = models.find(name, version)
    return reply.code(ready ? 200 : 503).send({ name, ready })
  })
  app.post<{ Params: ModelParams }>(`${path}/infer`, needs('score'), ({ params: { name, version }, body }) =>
    infer(models.find(name, version), readJson(body)),
  )
}

function metadataOf({ identity, versions, signature }: ServedModel): object {
  return { name: identity.name, versions, platform: 'onnx_onnxv1', ...signature }
}

async function infer(model: ServedModel, body: unknown): Promise<object> {
  const { id, inputs, outputs } = readInferRequest(body, model.signature)
  const tensors = await model.infer(inputs)
  return {
    model_name: model.identity.name,
    model_version: model.identity.version,
    ...(id !== undefined && { id }),
    outputs: outputs.map(place => {
      const tensor = tensors[place]!
      const { name } = model.signature.outputs[place]!
      return { name, shape: tensor.shape, datatype: tensor.datatype, data: writeJsonData(tensor, name) }
    }),
  }
}
