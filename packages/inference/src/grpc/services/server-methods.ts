import { answering } from '../http2/answering.ts'
import type { Method } from '../http2/method.ts'
import {
  empty,
  modelMetadataResponse,
  modelReadyResponse,
  modelRequest,
  serverLiveResponse,
  serverMetadataResponse,
  serverReadyResponse,
} from '../messages/server.ts'
import { INFERENCE_SERVICE, isModelReady, isReady, type ServiceOptions } from './service-options.ts'

/** What this server offers beyond the Open Inference Protocol itself, by the names that its users know. */
const EXTENSIONS = ['binary_tensor_data', 'model_configuration', 'model_repository', 'statistics']

/** The calls that ask what a server is and how it does. */
export function serverMethods(options: ServiceOptions): readonly Method[] {
  const { models, server } = options
  return [
    answering({
      path: `/${INFERENCE_SERVICE}/ServerLive`,
      scope: 'open',
      request: empty,
      answer: serverLiveResponse,
      handle: () => ({ live: true }),
    }),
    answering({
      path: `/${INFERENCE_SERVICE}/ServerReady`,
      scope: 'open',
      request: empty,
      answer: serverReadyResponse,
      handle: () => ({ ready: isReady(options) }),
    }),
    answering({
      path: `/${INFERENCE_SERVICE}/ModelReady`,
      scope: 'open',
      request: modelRequest,
      answer: modelReadyResponse,
      handle: ({ name, version }) => ({ ready: isModelReady(models, name, version || undefined) }),
    }),
    answering({
      path: `/${INFERENCE_SERVICE}/ServerMetadata`,
      scope: 'score',
      request: empty,
      answer: serverMetadataResponse,
      handle: () => ({ ...server, extensions: EXTENSIONS }),
    }),
    answering({
      path: `/${INFERENCE_SERVICE}/ModelMetadata`,
      scope: 'score',
      request: modelRequest,
      answer: modelMetadataResponse,
      handle({ name, version }) {
        const { identity, versions, signature } = models.find(name, version || undefined)
        return { name: identity.name, versions, platform: 'onnx_onnxv1', ...signature }
      },
    }),
  ]
}
