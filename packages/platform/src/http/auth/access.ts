import { MillraceError } from '@millrace/core'
import { RateLimiter } from '../limits/rate-limiter.ts'
import { Authenticator } from './authenticator.ts'
import type { Caller, Credentials } from './caller.ts'
import { ALL_SCOPES, type Scope } from './scope.ts'

export interface AccessOptions {
  readonly authenticator: Authenticator
  readonly limiter: RateLimiter
  /** What anybody may do. */
  readonly anonymous: ReadonlySet<Scope>
  /** Told of every request that is turned away. */
  readonly onRefused?: (error: MillraceError) => void
}

/** Decides who may do what, and how often: for HTTP and gRPC alike, with no word of either. */
export class Access {
  readonly #options: AccessOptions

  constructor(options: AccessOptions) {
    this.#options = options
  }

  /**
   * Says who sends a request, and takes it from the caller's rate. Throws, or rejects with, UNAUTHENTICATED, FORBIDDEN,
   * RATE_LIMITED or AUTHENTICATION_UNAVAILABLE. Keys are answered at once, a token that is new as a promise.
   */
  admit(credentials: Credentials, scope: Scope): Caller | Promise<Caller> {
    const caller = this.#identify(credentials)
    return caller instanceof Promise
      ? caller.then(known => this.#permit(known, scope))
      : this.#permit(caller, scope)
  }

  /** Takes a request that nobody answers, such as one to an unknown path. Throws RATE_LIMITED. */
  admitStray({ address }: Pick<Credentials, 'address'>): void {
    this.#take({ kind: 'anonymous', id: address, scopes: this.#options.anonymous })
  }

  #identify(credentials: Credentials): Caller | Promise<Caller> {
    try {
      const caller = this.#options.authenticator.authenticate(credentials, Date.now())
      return caller instanceof Promise ? caller.catch(error => this.#refuse(error, credentials)) : caller
    } catch (error) {
      return this.#refuse(error, credentials)
    }
  }

  #permit(caller: Caller, scope: Scope): Caller {
    this.#take(caller)
    if (caller.scopes.has(scope) || this.#options.anonymous.has(scope)) return caller
    throw this.#told(caller.kind === 'anonymous' ? whoAreYou() : lacking(scope))
  }

  /** Wrong credentials count against the address: they name nobody. */
  #refuse(error: unknown, credentials: Credentials): never {
    if (error instanceof MillraceError && error.code === 'UNAUTHENTICATED') {
      this.admitStray(credentials)
      throw this.#told(error)
    }
    throw error
  }

  #take(caller: Caller): void {
    const { limiter } = this.#options
    try {
      limiter.take(caller, performance.now())
    } catch (error) {
      throw this.#told(error as MillraceError)
    }
  }

  #told(error: MillraceError): MillraceError {
    this.#options.onRefused?.(error)
    return error
  }
}

/** Lets anybody do everything. */
export function openToAll(): Access {
  const anonymous = ALL_SCOPES
  return new Access({
    authenticator: new Authenticator({ anonymous }),
    limiter: new RateLimiter({}),
    anonymous,
  })
}

function whoAreYou(): MillraceError {
  return new MillraceError(
    'UNAUTHENTICATED',
    'Say who you are: send "Authorization: Bearer" with a key or a token.',
  )
}

function lacking(scope: Scope): MillraceError {
  return new MillraceError('FORBIDDEN', `The caller lacks the scope ${scope}.`, { details: { scope } })
}
