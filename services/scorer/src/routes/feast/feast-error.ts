import { MillraceError } from '@millrace/core'
import { answerTo, type HttpApp } from '@millrace/platform'

/** The classes of `feast.errors` that are answered, each with the status that Feast's own server gives it. */
const STATUS_OF_CLASS = {
  FeatureViewNotFoundException: 404,
  FeatureServiceNotFoundException: 404,
  PushSourceNotFoundException: 422,
  SpecifiedFeaturesNotPresentError: 422,
  RequestDataNotFoundInEntityRowsException: 422,
  FeastPermissionError: 403,
  FeastError: 422,
} as const

export type FeastErrorClass = keyof typeof STATUS_OF_CLASS

/** What a client of Feast did wrong: it raises the error of this class with this message. */
export function feastError(feastClass: FeastErrorClass, message: string): MillraceError {
  return new MillraceError('REQUEST_INVALID', message, { details: { feastClass } })
}

/**
 * Answers errors as Feast does: the body is a JSON text that itself holds JSON with module, class and message. Its
 * client sends a request again after a 5xx or 429, so only what may pass is answered so.
 */
export function answerErrorsAsFeast(app: HttpApp): void {
  app.setErrorHandler((error, request, reply) => {
    const { status, body } = answerTo(error)
    const feastClass = classOf(error)
    if (status === 500) request.log.error({ err: error }, 'a request failed')
    if (status === 503) reply.header('retry-after', '1')
    const detail = { module: 'feast.errors', class: feastClass ?? 'FeastError', message: body.error }
    reply
      .code(feastClass === undefined ? status : STATUS_OF_CLASS[feastClass])
      .type('application/json; charset=utf-8')
      .send(JSON.stringify(JSON.stringify(detail)))
  })
}

function classOf(error: unknown): FeastErrorClass | undefined {
  if (!(error instanceof MillraceError)) return undefined
  if (error.code === 'FORBIDDEN') return 'FeastPermissionError'
  return error.details['feastClass'] as FeastErrorClass | undefined
}
