import { type ErrorCode, MillraceError } from '@millrace/core'

/** What a caller is told about an error: never a stack, never a value from its request. */
export interface ErrorAnswer {
  readonly status: number
  readonly body: { readonly error: string }
}

const STATUS_OF_CODE: Partial<Record<ErrorCode, number>> = {
  REQUEST_INVALID: 400,
  REQUEST_TOO_LARGE: 413,
  NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  BACKGROUND_MISSING: 501,
  STORE_UNAVAILABLE: 503,
  BROKER_UNAVAILABLE: 503,
  MODEL_UNAVAILABLE: 503,
  MODEL_FAILED: 400,
  SCORER_OVERLOADED: 503,
  DEADLINE_EXCEEDED: 504,
  REQUEST_CANCELLED: 499,
  AUTHENTICATION_UNAVAILABLE: 503,
}

const TEXT_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'The request is malformed.',
  408: 'The request did not arrive in time.',
  413: 'The body is too large.',
  415: 'The encoding of the body is not supported: send it as gzip, as deflate, or as it is.',
  417: 'What the header Expect asks for is not offered.',
  431: 'The headers are too large.',
  503: 'The request could not be answered in time: try again.',
}

const INTERNAL: ErrorAnswer = { status: 500, body: { error: 'The server failed. Its log says why.' } }

/** The answer to a caller whose request met `error`. Only our own errors of the request path speak for themselves. */
export function answerTo(error: unknown): ErrorAnswer {
  if (error instanceof MillraceError) {
    const status = STATUS_OF_CODE[error.code]
    return status === undefined ? INTERNAL : { status, body: { error: error.message } }
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  return answerWithStatus(status)
}

/** The answer of a status that the HTTP layer itself decided on. */
export function answerWithStatus(status: number): ErrorAnswer {
  const text = TEXT_OF_STATUS[status]
  if (text !== undefined) return { status, body: { error: text } }
  return status >= 400 && status < 500 ? { status, body: { error: TEXT_OF_STATUS[400]! } } : INTERNAL
}
