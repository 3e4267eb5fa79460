import { described, type HttpApp, type HttpReply, type HttpRequest } from '@millrace/platform/http'
import { ask } from '../../served/answer-facts.ts'
import type { ServedModel, ServedModels } from '../../served/served-models.ts'
import { waitingFor } from '../caller.ts'
import type { InferenceRoutesOptions } from '../inference-routes-options.ts'
import { readPredictRequest } from './read-predict-request.ts'
import { METADATA, MODEL_LIST, PREDICT_ANSWER, PREDICT_REQUEST, SERVER_ALIVE, STATUS } from './v1-schemas.ts'
import { signatureMetadata, statusOf } from './v1-status.ts'
import { writePredictions } from './write-predictions.ts'

interface V1Params {
  readonly name: string
  readonly version?: string
  readonly label?: string
}

/** A name ends at the colon of the verb. */
const NAME = '(^[^/:]+)'
const MODEL_PATHS = [
  `/v1/models/:name${NAME}`,
  `/v1/models/:name${NAME}/versions/:version${NAME}`,
  `/v1/models/:name${NAME}/labels/:label${NAME}`,
] as const

const tag = 'inference, version 1'
const path = { label: 'an alias, such as champion' }

const ALIVE = described({
  scope: 'open',
  tag,
  summary: 'Whether the server answers.',
  answers: { 200: [SERVER_ALIVE] },
})
const LIST = described({
  scope: 'score',
  tag,
  summary: 'The names of the models.',
  answers: { 200: [MODEL_LIST] },
})
const OF_MODEL = described({
  scope: 'open',
  tag,
  path,
  summary: 'Where a model and its versions stand.',
  answers: { 200: [STATUS], 503: [STATUS] },
})
const OF_SIGNATURE = described({
  scope: 'score',
  tag,
  path,
  summary: "A model's inputs and outputs, as TensorFlow Serving tells them.",
  answers: { 200: [METADATA] },
})
const PREDICT = described({
  scope: 'score',
  tag,
  path,
  summary: 'Predictions for instances (rows), or for inputs (columns).',
  body: [PREDICT_REQUEST],
  answers: { 200: [PREDICT_ANSWER] },
})

/** Adds version 1 of the protocol as TensorFlow Serving and KServe speak it. */
export function addV1Routes(
  app: HttpApp,
  { models, onAnswer }: Pick<InferenceRoutesOptions, 'models' | 'onAnswer'>,
): void {
  app.get('/', ALIVE, () => ({ status: 'alive' }))
  app.get('/v1/models', LIST, () => ({ models: models.names() }))
  for (const path of MODEL_PATHS) {
    app.get<{ Params: V1Params }>(path, OF_MODEL, ({ params }, reply) => {
      const status = statusOf(models, params.name, () => findModel(models, params))
      return reply.code(status.ready ? 200 : 503).send(status)
    })
    app.get<{ Params: V1Params }>(`${path}/metadata`, OF_SIGNATURE, ({ params }) =>
      signatureMetadata(findModel(models, params)),
    )
    app.post<{ Params: V1Params }>(`${path}::predict`, PREDICT, async (request, reply) => {
      const find = () => findModel(models, request.params)
      const work = (model: ServedModel) => predict(model, request, reply)
      const body = await ask({ protocol: 'v1', onAnswer, find }, work)
      return reply.header('content-type', 'application/json; charset=utf-8').send(body)
    })
  }
}

function findModel(models: ServedModels, { name, version, label }: V1Params): ServedModel {
  return label === undefined ? models.find(name, version) : models.findByAlias(name, label)
}

async function predict(model: ServedModel, request: HttpRequest, reply: HttpReply): Promise<string> {
  const { form, inputs, rows } = readPredictRequest(request.body, model.signature)
  const outputs = await model.infer(inputs, waitingFor(request, reply))
  return writePredictions(model.signature, outputs, form === 'rows' ? rows : undefined)
}
