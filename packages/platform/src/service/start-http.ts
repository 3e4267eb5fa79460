import { MillraceError } from '@millrace/core'
import { type Edge, openEdge } from '../http/edge.ts'
import type { EdgeConfig } from '../http/edge-config.ts'
import { createHttpApp, type HttpApp } from '../http/http-app.ts'
import { HttpMetrics } from '../http/http-metrics.ts'
import type { ServiceContext } from '../lifecycle/run-service.ts'

/** Adds a service's own routes. Another server of the same process, such as one of gRPC, shares the edge. */
export type AddRoutes = (app: HttpApp, edge: Edge) => void | Promise<void>

/**
 * Starts a service's HTTP application, so that probes are answered while the service still starts. Throws
 * CONFIG_INVALID when its address is taken or is not of this machine, or as `openEdge` does.
 */
export async function startHttp(
  config: EdgeConfig,
  { logger, metrics, health }: ServiceContext,
  addRoutes?: AddRoutes,
): Promise<HttpApp> {
  const { HTTP_HOST, HTTP_PORT } = config
  const edge = await openEdge(config, { logger, metrics })
  const app = createHttpApp({ logger, metrics, health, edge })
  new HttpMetrics(metrics).follow(app)
  app.addHook('onClose', async () => edge.close())
  await addRoutes?.(app, edge)
  const address = await app.listen({ host: HTTP_HOST, port: HTTP_PORT }).catch(cause => {
    throw new MillraceError(
      'CONFIG_INVALID',
      `${HTTP_HOST}:${HTTP_PORT} (HTTP_HOST, HTTP_PORT) cannot be listened on: ${cause.message}. Give another port, or 0 for any free one.`,
      { cause },
    )
  })
  logger.info({ address }, 'listening')
  return app
}
