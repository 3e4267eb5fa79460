/**
 * What a caller may do. `score`: ask models and read about them; `read-features`: look features up; `write-features`:
 * push rows; `administer-models`: load, promote and roll back; `read-metrics`: read `/metrics`.
 */
export const SCOPES = [
  'score',
  'read-features',
  'write-features',
  'administer-models',
  'read-metrics',
] as const

export type Scope = (typeof SCOPES)[number]

export const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES)

/** Those of the given words that are scopes: what another issuer's token allows beside is not ours. */
export function scopesAmong(words: readonly unknown[]): ReadonlySet<Scope> {
  return new Set(SCOPES.filter(scope => words.includes(scope)))
}
