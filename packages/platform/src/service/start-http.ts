import { MillraceError } from '@millrace/core'
import type { SharedConfig } from '../config/shared-config.ts'
import { createHttpApp, type HttpApp } from '../http/http-app.ts'
import type { ServiceContext } from '../lifecycle/run-service.ts'

/**
 * Starts a service's HTTP application, so that probes are answered while the service still starts. Throws
 * CONFIG_INVALID when its address is taken or is not of this machine.
 */
export async function startHttp(
  { HTTP_HOST, HTTP_PORT }: Pick<SharedConfig, 'HTTP_HOST' | 'HTTP_PORT'>,
  { logger, metrics, health }: ServiceContext,
  addRoutes?: (app: HttpApp) => void,
): Promise<HttpApp> {
  const app = createHttpApp({ logger, metrics, health })
  addRoutes?.(app)
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
