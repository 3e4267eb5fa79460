import { randomBytes } from 'node:crypto'
import { hashSecret, readHash, readKey, type SecretHash, secretMatches } from './api-key.ts'
import { badCredentials, type Caller } from './caller.ts'
import type { CallerEntry } from './caller-file.ts'
import type { Scope } from './scope.ts'
import { normalSubject } from './subject.ts'

interface KnownCaller {
  readonly caller: Caller
  /** Epoch ms from which on the caller is unknown. */
  readonly expiresAt: number
}

interface KnownKey extends KnownCaller {
  readonly hash: SecretHash
}

/** What a key with an unknown id is compared with, so that the answer takes as long as for a known one. */
const NOBODYS_HASH = readHash(hashSecret(randomBytes(32).toString('base64url')))!

/** The callers of a file of keys, by key and by the subject of their certificate. */
export class CallerList {
  #keys: ReadonlyMap<string, KnownKey> = new Map()
  #subjects: ReadonlyMap<string, KnownCaller> = new Map()

  /** Puts other callers in the place of those known so far. */
  replace(entries: readonly CallerEntry[]): void {
    const keys = new Map<string, KnownKey>()
    const subjects = new Map<string, KnownCaller>()
    for (const entry of entries) {
      const expiresAt = entry.expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(entry.expires)
      const hash = readHash(entry.hash ?? '')
      if (hash !== undefined) keys.set(entry.id, { caller: callerOf('key', entry), expiresAt, hash })
      else subjects.set(normalSubject(entry.subject!), { caller: callerOf('certificate', entry), expiresAt })
    }
    this.#keys = keys
    this.#subjects = subjects
  }

  /** Who holds a key. Throws UNAUTHENTICATED; the text is the same whatever is wrong with the key. */
  byKey(key: string, nowMs: number): Caller {
    const { id, secret } = readKey(key) ?? { id: '', secret: '' }
    const known = this.#keys.get(id)
    const matches = secretMatches(secret, known?.hash ?? NOBODYS_HASH)
    if (known === undefined || !matches || known.expiresAt <= nowMs) {
      throw badCredentials('The API key is not known here, or no longer.')
    }
    return known.caller
  }

  /** Who has a certificate, or undefined. */
  bySubject(subject: string, nowMs: number): Caller | undefined {
    const known = this.#subjects.get(subject)
    return known !== undefined && known.expiresAt > nowMs ? known.caller : undefined
  }
}

function callerOf(kind: Caller['kind'], { id, scopes, ratePerSecond, burst }: CallerEntry): Caller {
  const rate = ratePerSecond === undefined ? undefined : { perSecond: ratePerSecond, ...(burst && { burst }) }
  return { kind, id, scopes: new Set<Scope>(scopes), ...(rate && { rate }) }
}
