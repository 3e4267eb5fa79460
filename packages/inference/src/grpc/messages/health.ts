import { enumeration, text } from '../proto/field.ts'
import { message } from '../proto/message.ts'

/** The messages of grpc.health.v1, as proto/health.proto has them. */

export const healthCheckRequest = message({ service: text(1) })

export const healthCheckResponse = message({
  status: enumeration(['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'])(1),
})
