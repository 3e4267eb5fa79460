import { ask } from '../../served/answer-facts.ts'
import { answering } from '../http2/answering.ts'
import type { CallContext, Method } from '../http2/method.ts'
import { statusOf } from '../http2/status.ts'
import { readInferRequest } from '../infer/read-infer-request.ts'
import { type ModelInferResponse, roomFor, writeInferResponse } from '../infer/write-infer-response.ts'
import {
  type ModelInferRequest,
  modelInferRequest,
  modelInferResponse,
  modelStreamInferResponse,
} from '../messages/infer.ts'
import { INFERENCE_SERVICE, type ServiceOptions } from './service-options.ts'

type Options = Pick<ServiceOptions, 'models' | 'onAnswer'>

/** The calls that run a model: for one request, and for a stream of them. */
export function inferMethods(options: Options): readonly Method[] {
  return [
    answering({
      path: `/${INFERENCE_SERVICE}/ModelInfer`,
      scope: 'score',
      request: modelInferRequest,
      answer: modelInferResponse,
      handle: (request, call) => infer(request, call, options),
      roomFor,
    }),
    answering({
      path: `/${INFERENCE_SERVICE}/ModelStreamInfer`,
      kind: 'conversation',
      scope: 'score',
      request: modelInferRequest,
      answer: modelStreamInferResponse,
      handle: (request, call) => inferWithinStream(request, call, options),
    }),
  ]
}

function infer(
  request: ModelInferRequest,
  { deadline, isWanted }: CallContext,
  { models, onAnswer }: Options,
): Promise<ModelInferResponse> {
  const { model_name: name, model_version: version, id } = request
  const find = () => models.find(name, version || undefined)
  return ask({ protocol: 'oip-grpc', onAnswer, find }, async model => {
    const asked = readInferRequest(request, model.signature)
    const waits = earlier(deadline, asked.timeout)
    const tensors = await model.infer(
      asked.inputs,
      waits === undefined ? { isWanted } : { isWanted, deadline: waits },
    )
    return writeInferResponse(model, asked, id, tensors)
  })
}

/** A request that fails does not end the stream: its answer says so. */
async function inferWithinStream(request: ModelInferRequest, call: CallContext, options: Options) {
  try {
    return { infer_response: await infer(request, call, options) }
  } catch (error) {
    return { error_message: statusOf(error).message, infer_response: { id: request.id } }
  }
}

function earlier(deadline: number | undefined, timeout: number | undefined): number | undefined {
  if (timeout === undefined) return deadline
  return Math.min(deadline ?? Number.POSITIVE_INFINITY, performance.now() + timeout)
}
