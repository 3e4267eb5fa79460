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
import { acceptBodies } from './accept-bodies.ts'
import { limitAnswers } from './answer-deadline.ts'
import { openToAll } from './auth/access.ts'
import { guardRoutes } from './auth/guard-routes.ts'
import { answerBrokenRequest, refuseHostless } from './client-errors.ts'
import { COMPRESS_FROM, compressAnswers } from './compression/compress-answers.ts'
import { BODY_ENCODINGS } from './compression/inflate-body.ts'
import type { Edge } from './edge.ts'
import { answerTo } from './error-answer.ts'
import { createHttpServer } from './http-server.ts'
import { DEFAULT_LIMITS, type HttpLimits } from './limits/http-limits.ts'
import { serveOpenApi } from './openapi/serve-openapi.ts'
import { addOperationRoutes } from './operation-routes.ts'

export type HttpApp = FastifyInstance

export interface HttpAppOptions {
  /** Without it nothing is logged. */
  readonly logger?: Logger
  readonly metrics: MetricsRegistry
  readonly health: Health
  /** Who may call, and how. Without it, or a part of it, anybody may do everything, within the default limits. */
  readonly edge?: Partial<Omit<Edge, 'limits'>> & { readonly limits?: Partial<HttpLimits> }
}

/**
 * Builds the HTTP application that every service answers with: `/livez`, `/readyz`, `/metrics` and the service's own
 * routes, each of which says by `needs` who may call it. A body arrives as a Buffer whatever its Content-Type, or
 * without one, inflated where it was compressed. Every error, also of an unknown route or a broken request, is answered
 * by `{"error": text}`.
 */
export function createHttpApp({ logger, health, metrics, edge = {} }: HttpAppOptions): HttpApp {
  const limits = { ...DEFAULT_LIMITS, ...edge.limits }
  const app = fastify({
    ...(logger && { loggerInstance: logger as FastifyBaseLogger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    trustProxy: edge.trustedProxies?.length ? [...edge.trustedProxies] : false,
    serverFactory: handler => createHttpServer(limits, edge.tls, handler),
    clientErrorHandler: answerBrokenRequest,
    // Who was sent here before the word got round is answered, and told to go elsewhere next time.
    return503OnClosing: false,
    frameworkErrors: answerError,
  })
  refuseHostless(app)
  sendElsewhere(app, health)
  limitAnswers(app, limits.answerTimeout)
  acceptBodies(app)
  guardRoutes(app, edge.access ?? openToAll())
  compressAnswers(app, edge.compressFrom ?? COMPRESS_FROM)
  answerErrors(app)
  serveOpenApi(app, { title: 'Millrace', version: manifest.version })
  addOperationRoutes(app, health, metrics)
  return app
}

/** A connection that is kept would bring request after request here, whatever `/readyz` says. */
function sendElsewhere(app: HttpApp, health: Health): void {
  app.addHook('onSend', (_, reply, payload, done) => {
    if (health.isShuttingDown) reply.header('connection', 'close')
    done(null, payload)
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
  if (status === 415) reply.header('accept-encoding', BODY_ENCODINGS)
  reply.code(status).send(body)
}
