import { described, type HttpApp, type HttpReply, type HttpRequest } from '@millrace/platform/http'
import { ask } from '../../served/answer-facts.ts'
import type { ServedModel } from '../../served/served-models.ts'
import { waitingFor } from '../caller.ts'
import type { InferenceRoutesOptions } from '../inference-routes-options.ts'
import type { ModelParams } from '../model-params.ts'
import { INFER_ANSWER, INFER_REQUEST } from '../schemas.ts'
import { readInferRequest } from './read-infer-request.ts'
import { splitBody } from './split-body.ts'
import { type WrittenAnswer, writeAnswer } from './write-answer.ts'

const HEADER = 'inference-header-content-length'
const BYTES = { type: 'application/octet-stream' }

const INFER = described({
  scope: 'score',
  tag: 'inference',
  summary: 'Runs the model on tensors, as JSON or as bytes behind it.',
  headers: { [HEADER]: 'how many bytes the JSON has, when tensors follow it as bytes; 0: no JSON at all' },
  body: [INFER_REQUEST, BYTES],
  answers: { 200: [INFER_ANSWER, BYTES] },
})

/** Adds inference by the Open Inference Protocol v2 to a model's path. */
export function addInferRoute(
  app: HttpApp,
  path: string,
  { models, onAnswer }: Pick<InferenceRoutesOptions, 'models' | 'onAnswer'>,
): void {
  app.post<{ Params: ModelParams }>(`${path}/infer`, INFER, async (request, reply) => {
    const { name, version } = request.params
    const find = () => models.find(name, version)
    return send(
      reply,
      await ask({ protocol: 'oip-rest', onAnswer, find }, model => infer(model, request, reply)),
    )
  })
}

async function infer(model: ServedModel, request: HttpRequest, reply: HttpReply): Promise<WrittenAnswer> {
  const body = splitBody(request.body, request.headers[HEADER] as string | undefined)
  const asked = readInferRequest(body, model)
  const tensors = await model.infer(asked.inputs, waitingFor(request, reply, asked.timeout))
  return writeAnswer(model, asked, tensors)
}

function send(reply: HttpReply, { body, headerLength }: WrittenAnswer): HttpReply {
  if (headerLength === undefined) reply.header('content-type', 'application/json; charset=utf-8')
  else reply.header('content-type', BYTES.type).header('inference-header-content-length', headerLength)
  return reply.send(body)
}
