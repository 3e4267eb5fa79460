import { KEY_PREFIX } from './api-key.ts'
import { badCredentials, type Caller, type Credentials } from './caller.ts'
import type { CallerList } from './caller-list.ts'
import type { Scope } from './scope.ts'
import type { TokenVerifier } from './token-verifier.ts'

export interface AuthenticatorOptions {
  /** Keys and certificates; without them none is known. */
  readonly callers?: CallerList | undefined
  readonly tokens?: TokenVerifier | undefined
  /** What anybody may do. */
  readonly anonymous: ReadonlySet<Scope>
}

const BEARER = /^Bearer +(\S+) *$/i

/** Says who sends a request. Used by HTTP and gRPC alike. */
export class Authenticator {
  readonly #options: AuthenticatorOptions

  constructor(options: AuthenticatorOptions) {
    this.#options = options
  }

  /**
   * A key or token comes before the certificate of the connection, which comes before the address. A key or token that
   * is wrong is an error, also where anybody may call; where none is known at all it is passed over.
   * Throws, or rejects with, UNAUTHENTICATED or AUTHENTICATION_UNAVAILABLE.
   */
  authenticate(credentials: Credentials, nowMs: number): Caller | Promise<Caller> {
    const { callers, tokens } = this.#options
    if (callers !== undefined || tokens !== undefined) {
      const secret = secretOf(credentials)
      if (secret?.startsWith(KEY_PREFIX) && callers !== undefined) return callers.byKey(secret, nowMs)
      if (secret !== undefined && tokens !== undefined) return tokens.verify(secret, nowMs)
      if (secret !== undefined) throw badCredentials('The API key is not known here, or no longer.')
    }
    return this.#without(credentials, nowMs)
  }

  #without({ subject, address }: Credentials, nowMs: number): Caller {
    const { callers, anonymous } = this.#options
    if (subject === undefined) return { kind: 'anonymous', id: address, scopes: anonymous }
    return callers?.bySubject(subject, nowMs) ?? { kind: 'certificate', id: subject, scopes: anonymous }
  }
}

function secretOf({ authorization, apiKey }: Credentials): string | undefined {
  if (authorization === undefined) return apiKey
  const secret = BEARER.exec(authorization)?.[1]
  if (secret === undefined)
    throw badCredentials('The authorization must be "Bearer" with an API key or a token.')
  return secret
}
