import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Tells our keys from tokens, and lets scanners of repositories find a leaked one. */
export const KEY_PREFIX = 'millrace_'

/** What a key's id may look like: no underscore, which ends it within the key. */
export const KEY_ID = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/

const SECRET_BYTES = 32
const SALT_BYTES = 16
const SECRET = /^[A-Za-z0-9_-]{43}$/
const HASH = /^sha256:([0-9a-f]{32}):([0-9a-f]{64})$/

/** A new key as its owner is given it: `millrace_<id>_<256 random bits>`. */
export function createKey(id: string): string {
  return `${KEY_PREFIX}${id}_${randomBytes(SECRET_BYTES).toString('base64url')}`
}

/** The two parts of a key, or undefined when it has not the form of one. */
export function readKey(key: string): { readonly id: string; readonly secret: string } | undefined {
  const end = key.indexOf('_', KEY_PREFIX.length)
  const id = key.slice(KEY_PREFIX.length, end)
  const secret = key.slice(end + 1)
  return key.startsWith(KEY_PREFIX) && end > 0 && KEY_ID.test(id) && SECRET.test(secret)
    ? { id, secret }
    : undefined
}

/** A key's secret as it is stored. */
export interface SecretHash {
  readonly salt: string
  readonly digest: Buffer
}

/**
 * The stored form of a secret, `sha256:<salt>:<digest>`. One round of SHA-256 is right for it: slow hashes such as bcrypt
 * protect what people choose and others guess, and nobody guesses 256 random bits; they would cost 100 ms a request.
 */
export function hashSecret(secret: string): string {
  const salt = randomBytes(SALT_BYTES).toString('hex')
  return `sha256:${salt}:${digestOf(salt, secret).toString('hex')}`
}

/** Reads what `hashSecret` wrote, or undefined. */
export function readHash(text: string): SecretHash | undefined {
  const [, salt, digest] = HASH.exec(text) ?? []
  return salt === undefined ? undefined : { salt, digest: Buffer.from(digest!, 'hex') }
}

/** Compares in constant time. */
export function secretMatches(secret: string, { salt, digest }: SecretHash): boolean {
  return timingSafeEqual(digestOf(salt, secret), digest)
}

function digestOf(salt: string, secret: string): Buffer {
  return hash('sha256', salt + secret, 'buffer')
}
