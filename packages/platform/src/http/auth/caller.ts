import { MillraceError } from '@millrace/core'
import type { Scope } from './scope.ts'

/** How often a caller may call. */
export interface Rate {
  /** Requests per second that a caller may keep up. */
  readonly perSecond: number
  /** Requests that may come at once after a rest. Default one second's, at least 1. */
  readonly burst?: number
}

/** Who sends a request. */
export interface Caller {
  readonly kind: 'key' | 'token' | 'certificate' | 'anonymous'
  /** The key's id, the token's subject, the certificate's subject, or the address. Personal: it is not logged. */
  readonly id: string
  readonly scopes: ReadonlySet<Scope>
  /** The caller's own rate, in place of that of everybody. */
  readonly rate?: Rate
}

/** What a request brings to say who sends it, the same over HTTP and gRPC. */
export interface Credentials {
  /** The value of the header or metadata `authorization`. */
  readonly authorization?: string | undefined
  /** The value of the header or metadata `x-api-key`. */
  readonly apiKey?: string | undefined
  /** The subject of a client certificate that TLS has verified, as `subjectOf` writes it. */
  readonly subject?: string | undefined
  /** The address that the request comes from. */
  readonly address: string
}

/** The error of a request whose key or token is wrong. The text never says more about why than the caller may know. */
export function badCredentials(message: string): MillraceError {
  return new MillraceError('UNAUTHENTICATED', message, { details: { challenge: 'invalid_token' } })
}
