import { MillraceError } from '@millrace/core'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import manifest from '../../package.json' with { type: 'json' }
import type { Health } from '../lifecycle/health.ts'
import type { Logger } from '../logging/logger.ts'
import type { MetricsRegistry } from '../metrics/registry.ts'
import { limitAnswers } from './answer-deadline.ts'
import { answerBrokenRequest } from './client-errors.ts'
import { answerTo } from './error-answer.ts'
import { serveOpenApi } from './openapi/serve-openapi.ts'
import { addOperationRoutes } from './operation-routes.ts'

export type HttpApp = FastifyInstance

export interface HttpAppOptions {
  /** Without it nothing is logged. */
  readonly logger?: Logger
  readonly metrics: MetricsRegistry
  readonly health: Health
  /** The largest body accepted, in bytes. Default 1 MiB. */
  readonly bodyLimit?: number
  /** How long a request may take to arrive (ms). Default 10 s. */
  readonly requestTimeout?: number
  /** How long a request may take to be answered (ms). Default 10 s. */
  readonly answerTimeout?: number
}

/**
 * Builds the HTTP application that every service answers with: `/livez`, `/readyz`, `/metrics` and the service's own
 * routes. A body arrives as a Buffer whatever its Content-Type, or without one. Every error, also of an unknown
 * route or a broken request, is answered by `{"error": text}`.
 */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { logger, health, metrics } = options
  const app = fastify({
    ...(logger && { loggerInstance: logger as FastifyBaseLogger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit ?? 1_048_576,
    requestTimeout: options.requestTimeout ?? 10_000,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: answerError,
  })
  limitAnswers(app, options.answerTimeout ?? 10_000)
  acceptAnyContentType(app)
  answerErrors(app)
  serveOpenApi(app, { title: 'Millrace', version: manifest.version })
  addOperationRoutes(app, health, metrics)
  return app
}

/** The type is forgotten before anything reads it: fastify refuses a malformed one even where every type will do. */
function acceptAnyContentType(app: HttpApp): void {
  app.addHook('onRequest', (request, _, done) => {
    delete request.raw.headers['content-type']
    done()
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity'
    if (encoding === 'identity') done(null, body)
    else done(Object.assign(new Error('unsupported encoding'), { statusCode: 415 }))
  })
}

function answerErrors(app: HttpApp): void {
  app.setNotFoundHandler(() => {
    throw new MillraceError('NOT_FOUND', 'Nothing answers this method and path.')
  })
  app.setErrorHandler(answerError)
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = answerTo(error)
  if (status === 500) request.log.error({ err: error }, 'a request failed')
  else request.log.debug({ err: error }, 'a request was refused')
  if (status === 503) reply.header('retry-after', '1')
  reply.code(status).send(body)
}
