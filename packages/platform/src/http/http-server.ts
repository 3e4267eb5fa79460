import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { answerExpectation } from './client-errors.ts'
import type { HttpLimits } from './limits/http-limits.ts'
import type { TlsFiles } from './tls/tls-files.ts'

/** Creates a server within `limits`, with TLS where it is given. Renewed certificates are for connections from then on. */
export function createHttpServer(
  limits: HttpLimits,
  tls: TlsFiles | undefined,
  handler: RequestListener,
): Server {
  const server =
    tls === undefined ? createServer(optionsOf(limits), handler) : createSecure(limits, tls, handler)
  server.maxConnections = limits.connections
  server.on('checkExpectation', answerExpectation)
  return server
}

/** fastify takes an HTTPS server as well, but its types tell the two apart. */
function createSecure(limits: HttpLimits, tls: TlsFiles, handler: RequestListener): Server {
  const server = createTlsServer({ ...optionsOf(limits), ...tls.serverOptions() }, handler)
  tls.onRenewal(context => server.setSecureContext(context))
  return server as unknown as Server
}

/** Slow senders are looked for ten times within the time that they have; Node's own default is every 30 s. */
function optionsOf({ headerBytes, headersTimeout, requestTimeout, keepAliveTimeout }: HttpLimits) {
  const shortest = Math.min(headersTimeout, requestTimeout)
  return {
    maxHeaderSize: headerBytes,
    // The application itself refuses these, in words.
    requireHostHeader: false,
    headersTimeout: shortest,
    requestTimeout,
    keepAliveTimeout,
    connectionsCheckingInterval: Math.ceil(shortest / 10),
  }
}
