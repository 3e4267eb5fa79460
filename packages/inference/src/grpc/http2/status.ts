import { MillraceError } from '@millrace/core'
import { answerTo } from '@millrace/platform/http'

/** The codes of gRPC that this server answers with. */
export const STATUS = {
  ok: 0,
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

/** What a caller is told about the end of its call. */
export interface CallStatus {
  readonly code: number
  readonly message: string
  /** How long it should wait before it tries again; undefined when it need not, or should not. */
  readonly retryAfterMs?: number
}

/** The status of what HTTP answers, so that the two never differ in what they think of a request. */
const OF_HTTP: Readonly<Record<number, number>> = {
  400: STATUS.invalidArgument,
  401: STATUS.unauthenticated,
  403: STATUS.permissionDenied,
  404: STATUS.notFound,
  413: STATUS.resourceExhausted,
  415: STATUS.unimplemented,
  429: STATUS.resourceExhausted,
  499: STATUS.cancelled,
  503: STATUS.unavailable,
  504: STATUS.deadlineExceeded,
}

/** The status of a call that met `error`. Only our own errors of the request path speak for themselves. */
export function statusOf(error: unknown): CallStatus {
  const { status, body } = answerTo(error)
  const answer = { code: OF_HTTP[status] ?? STATUS.internal, message: body.error }
  if (!(error instanceof MillraceError)) return answer
  if (error.code === 'SCORER_OVERLOADED') {
    return { ...answer, code: STATUS.resourceExhausted, retryAfterMs: 1_000 }
  }
  const seconds = error.details['retryAfterS']
  return typeof seconds === 'number' ? { ...answer, retryAfterMs: seconds * 1_000 } : answer
}

/** The trailers that end a call. */
export function trailersOf({ code, message, retryAfterMs }: CallStatus): Record<string, string> {
  return {
    'grpc-status': String(code),
    'grpc-message': percentEncoded(message),
    ...(retryAfterMs !== undefined && { 'grpc-retry-pushback-ms': String(retryAfterMs) }),
  }
}

/** Messages travel in headers, which are ASCII: what is not printable, and the percent sign, is encoded. */
function percentEncoded(message: string): string {
  return message.replace(/[^ -$&-~]+/g, text =>
    Array.from(Buffer.from(text), byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}
