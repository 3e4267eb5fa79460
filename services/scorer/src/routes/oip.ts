import { MillraceError, type ModelIdentity } from '@millrace/core'
import { type Health, type HttpApp, needs, readJson } from '@millrace/platform'
import { CLASSES, PROBABILITIES, type Scoring } from '@millrace/platform/onnx'
import { type InferTarget, readInferRequest } from './oip-request.ts'

export interface InferenceRoutesOptions {
  readonly scoring: Scoring
  readonly health: Pick<Health, 'state'>
  /** What the server calls itself. */
  readonly server: { readonly name: string; readonly version: string }
  /** Rows that one request may bring. Default 4,096. */
  readonly maxRows?: number
}

interface ModelParams {
  readonly name: string
  readonly version?: string
}

const MODEL_PATHS = ['/v2/models/:name', '/v2/models/:name/versions/:version'] as const

/** Adds the Open Inference Protocol v2 (REST, JSON) for the model that `scoring` has loaded. */
export function registerInferenceRoutes(app: HttpApp, options: InferenceRoutesOptions): void {
  addServerRoutes(app, options)
  for (const path of MODEL_PATHS) addModelRoutes(app, path, options)
}

function addServerRoutes(app: HttpApp, { scoring, health, server }: InferenceRoutesOptions): void {
  app.get('/v2', needs('score'), () => ({ ...server, extensions: [] }))
  app.get('/v2/health/live', needs('open'), () => ({ live: true }))
  app.get('/v2/health/ready', needs('open'), (_, reply) => {
    const ready = scoring.ready && health.state().ready
    return reply.code(ready ? 200 : 503).send({ ready, live: true })
  })
}

function addModelRoutes(
  app: HttpApp,
  path: (typeof MODEL_PATHS)[number],
  { scoring, maxRows = 4_096 }: InferenceRoutesOptions,
): void {
  const { identity, signature } = scoring
  const target = { ...signature, output: PROBABILITIES, maxRows }
  app.get<{ Params: ModelParams }>(path, needs('score'), ({ params }) => {
    requireModel(params, identity)
    return metadataOf(identity, target)
  })
  app.get<{ Params: ModelParams }>(`${path}/ready`, needs('open'), ({ params }, reply) => {
    requireModel(params, identity)
    return reply.code(scoring.ready ? 200 : 503).send({ name: identity.name, ready: scoring.ready })
  })
  app.post<{ Params: ModelParams }>(`${path}/infer`, needs('score'), ({ params, headers, body }) => {
    requireModel(params, identity)
    if ('inference-header-content-length' in headers) throw binaryRefused()
    return infer(scoring, target, readJson(body))
  })
}

function requireModel({ name, version }: ModelParams, served: ModelIdentity): void {
  if (name !== served.name) {
    throw new MillraceError('NOT_FOUND', `The model is unknown: this server has "${served.name}".`)
  }
  if (version !== undefined && version !== served.version) {
    throw new MillraceError('NOT_FOUND', `The version is unknown: this server has ${served.version}.`)
  }
}

function binaryRefused(): MillraceError {
  return new MillraceError('REQUEST_INVALID', 'Binary tensors are not supported: send "data" in JSON.')
}

function metadataOf({ name, version }: ModelIdentity, { input, columns, output }: InferTarget): object {
  return {
    name,
    versions: [version],
    platform: 'onnx_onnxv1',
    inputs: [{ name: input, datatype: 'FP32', shape: [-1, columns] }],
    outputs: [{ name: output, datatype: 'FP32', shape: [-1, CLASSES] }],
  }
}

async function infer(scoring: Scoring, target: InferTarget, body: unknown): Promise<object> {
  const { id, vectors } = readInferRequest(body, target)
  const probabilities = await scoring.probabilities(vectors.values, vectors.rows)
  if (!probabilities.every(Number.isFinite)) {
    throw new MillraceError('REQUEST_INVALID', 'The model has no finite answer to these values.')
  }
  const shape = [vectors.rows, CLASSES]
  return {
    model_name: scoring.identity.name,
    model_version: scoring.identity.version,
    ...(id !== undefined && { id }),
    outputs: [{ name: target.output, shape, datatype: 'FP32', data: [...probabilities] }],
  }
}
