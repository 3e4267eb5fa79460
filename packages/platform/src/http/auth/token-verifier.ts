import { hash } from 'node:crypto'
import { MillraceError } from '@millrace/core'
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { badCredentials, type Caller } from './caller.ts'
import { scopesAmong } from './scope.ts'

export interface TokenVerifierOptions {
  /** Finds the key that a token names. */
  readonly keys: JWTVerifyGetKey
  /** Whose tokens are taken: the claim `iss`. */
  readonly issuer: string
  /** For whom tokens must be made: one of the claim `aud`. */
  readonly audience: string
  /** Told why keys could not be had. */
  readonly onTrouble: (error: unknown) => void
}

/** Signatures that the holder of a public key can check and not make. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]
/** How far the clocks of issuer and service may lie apart (s). */
const CLOCK_TOLERANCE_S = 30
/** For so long a token that was right once is right: then a key that its issuer took back is noticed. */
const TRUSTED_MS = 60_000
const MAX_TRUSTED = 10_000

/** jose's errors of what lies with the issuer or the network. Any other is the token's fault. */
const KEYS_FAILED = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'])

interface Trusted {
  readonly caller: Caller
  readonly until: number
}

/** Says whose a JSON Web Token is. One that was checked lately costs a lookup instead of a signature. */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions
  /** By digest, so that no token is kept, the oldest first. */
  readonly #trusted = new Map<string, Trusted>()

  constructor(options: TokenVerifierOptions) {
    this.#options = options
  }

  /** Throws, or rejects with, UNAUTHENTICATED; AUTHENTICATION_UNAVAILABLE when the issuer's keys cannot be had. */
  verify(token: string, nowMs: number): Caller | Promise<Caller> {
    const digest = hash('sha256', token, 'base64')
    const trusted = this.#trusted.get(digest)
    if (trusted !== undefined && trusted.until > nowMs) return trusted.caller
    return this.#check(token, digest, nowMs)
  }

  /** Forgets what was checked: the keys have changed. */
  forget(): void {
    this.#trusted.clear()
  }

  async #check(token: string, digest: string, nowMs: number): Promise<Caller> {
    const { keys, issuer, audience } = this.#options
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(nowMs),
    }).catch(error => this.#refuse(error))
    const caller: Caller = { kind: 'token', id: payload.sub!, scopes: scopesOf(payload) }
    this.#trust(digest, { caller, until: Math.min(payload.exp! * 1_000, nowMs + TRUSTED_MS) })
    return caller
  }

  /** What jose says of a token holds its claims: it goes nowhere. */
  #refuse(error: unknown): never {
    const isFault = error instanceof errors.JOSEError && !KEYS_FAILED.has(error.code)
    if (isFault)
      throw badCredentials('The token is not valid here: it may have expired, or be for another service.')
    this.#options.onTrouble(error)
    throw new MillraceError('AUTHENTICATION_UNAVAILABLE', 'The keys of tokens cannot be had now: try again.')
  }

  #trust(digest: string, trusted: Trusted): void {
    this.#trusted.delete(digest)
    if (this.#trusted.size >= MAX_TRUSTED) this.#trusted.delete(this.#trusted.keys().next().value!)
    this.#trusted.set(digest, trusted)
  }
}

/** Scopes as text with blanks between them (RFC 8693), or as a list, as Okta and Microsoft write them. */
function scopesOf({ scope, scp }: JWTPayload & { scope?: unknown; scp?: unknown }): Caller['scopes'] {
  const given = [scope, scp].flatMap(words => (typeof words === 'string' ? words.split(' ') : words))
  return scopesAmong(given)
}
