import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { followFiles } from '../follow-files.ts'

/** The keys that tokens are signed with. */
export interface TokenKeys {
  readonly find: JWTVerifyGetKey
  stop(): void
}

export interface TokenKeysOptions {
  /** Told when the keys were read anew. */
  readonly onChange: () => void
  readonly onTrouble: (error: unknown) => void
}

/**
 * Opens a JSON Web Key Set: a file, which is read again when it changes, or an address. An address is asked with the
 * first token, then every 10 minutes, and for a key id that is not known; never twice within 30 s, whatever tokens
 * come. Throws what is wrong with a file.
 */
export async function openTokenKeys(place: string, options: TokenKeysOptions): Promise<TokenKeys> {
  if (URL.canParse(place)) {
    const find = createRemoteJWKSet(new URL(place), {
      timeoutDuration: 5_000,
      cooldownDuration: 30_000,
      cacheMaxAge: 600_000,
    })
    return { find, stop() {} }
  }
  let keys: JWTVerifyGetKey
  const take = ([text]: readonly Buffer[]): void => {
    keys = createLocalJWKSet(JSON.parse(String(text)) as JSONWebKeySet)
    options.onChange()
  }
  const followed = await followFiles([place], take, options)
  return { find: (header, token) => keys(header, token), stop: () => followed.stop() }
}
