import { MillraceError } from '@millrace/core'
import { answering } from '../http2/answering.ts'
import { PREFIX_BYTES } from '../http2/frames.ts'
import type { Method } from '../http2/method.ts'
import { healthCheckRequest, healthCheckResponse } from '../messages/health.ts'
import { INFERENCE_SERVICE, isReady, type ServiceOptions } from './service-options.ts'

type Status = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN'

/** The standard health service: the server as a whole, or its inference, which are one. */
export function healthMethods(options: Pick<ServiceOptions, 'models' | 'health'>): readonly Method[] {
  const statusOf = (service: string): Status => {
    if (service !== '' && service !== INFERENCE_SERVICE) return 'SERVICE_UNKNOWN'
    return isReady(options) ? 'SERVING' : 'NOT_SERVING'
  }
  return [
    answering({
      path: '/grpc.health.v1.Health/Check',
      scope: 'open',
      request: healthCheckRequest,
      answer: healthCheckResponse,
      handle({ service }) {
        const status = statusOf(service)
        if (status !== 'SERVICE_UNKNOWN') return { status }
        throw new MillraceError('NOT_FOUND', 'The service is unknown: leave it empty to ask for the server.')
      },
    }),
    {
      path: '/grpc.health.v1.Health/Watch',
      kind: 'watch',
      scope: 'open',
      look(request) {
        const { service } = healthCheckRequest.decode(request)
        return healthCheckResponse.encode({ status: statusOf(service) }, 8, PREFIX_BYTES)
      },
    },
  ]
}
