import type { TLSSocket } from 'node:tls'
import { MillraceError } from '@millrace/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from './access.ts'
import type { Credentials } from './caller.ts'
import { isForeignPage } from './foreign-page.ts'
import type { Scope } from './scope.ts'
import { subjectOf } from './subject.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller of the route must be allowed; `open` for probes. A route without it is refused. */
    scope?: Scope | 'open'
  }
}

/** Options of a route that say what its callers must be allowed: `app.get(path, needs('score'), handler)`. */
export function needs(scope: Scope | 'open'): { readonly config: { readonly scope: Scope | 'open' } } {
  return { config: { scope } }
}

/**
 * Lets only those requests in that `access` admits to the scope of their route. A route that declares none cannot be
 * added: forgetting it would open it to everybody.
 */
export function guardRoutes(app: FastifyInstance, access: Access): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.scope === undefined) {
      throw new TypeError(
        `${method} ${url} does not say who may call it: add needs(SCOPE), or needs('open').`,
      )
    }
  })
  app.addHook('onRequest', (request, reply, done) => {
    const refuse = (error: MillraceError): void => done(withHeaders(error, reply))
    try {
      const admitted = admit(request, access)
      if (admitted === undefined) done()
      else admitted.then(() => done(), refuse)
    } catch (error) {
      refuse(error as MillraceError)
    }
  })
}

/** Answers a promise where a token has to be checked first. */
function admit(request: FastifyRequest, access: Access): Promise<unknown> | undefined {
  const scope = request.is404 ? undefined : request.routeOptions.config.scope
  if (scope === 'open') return undefined
  const credentials = credentialsOf(request)
  if (scope === undefined) {
    access.admitStray(credentials)
    return undefined
  }
  if (isForeignPage(request.headers) && !bringsSecret(credentials)) throw foreignPage()
  const caller = access.admit(credentials, scope)
  return caller instanceof Promise ? caller : undefined
}

/** A key or token is given by hand: a page that has one may act by it. */
function bringsSecret({ authorization, apiKey }: Credentials): boolean {
  return authorization !== undefined || apiKey !== undefined
}

function foreignPage(): MillraceError {
  return new MillraceError('FORBIDDEN', 'A page of another site may call with a key or a token alone.')
}

function credentialsOf({ headers, ip, socket }: FastifyRequest): Credentials {
  const apiKey = headers['x-api-key']
  return {
    authorization: headers.authorization,
    apiKey: typeof apiKey === 'string' ? apiKey : undefined,
    subject: 'authorized' in socket ? subjectOfConnection(socket as TLSSocket) : undefined,
    address: ip,
  }
}

/** Read once: a connection keeps its certificate. */
const SUBJECTS = new WeakMap<TLSSocket, { readonly subject: string | undefined }>()

function subjectOfConnection(socket: TLSSocket): string | undefined {
  const known = SUBJECTS.get(socket)
  if (known !== undefined) return known.subject
  const subject = subjectOf(socket)
  SUBJECTS.set(socket, { subject })
  return subject
}

/** The headers that tell a client what to do about an error; whoever writes its body leaves them in place. */
function withHeaders(error: MillraceError, reply: FastifyReply): MillraceError {
  const { challenge, scope, retryAfterS } = error.details ?? {}
  if (error.code === 'UNAUTHENTICATED') reply.header('www-authenticate', challengeOf(challenge))
  if (scope !== undefined)
    reply.header('www-authenticate', `${challengeOf('insufficient_scope')}, scope="${scope}"`)
  if (error.code === 'RATE_LIMITED') reply.header('retry-after', String(retryAfterS))
  return error
}

function challengeOf(fault: unknown): string {
  return fault === undefined ? 'Bearer realm="millrace"' : `Bearer realm="millrace", error="${fault}"`
}
