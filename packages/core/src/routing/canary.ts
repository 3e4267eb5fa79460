import { hashText52 } from '../partition/murmur2.ts'
import { CANARY, CHAMPION } from './roles.ts'

/** The version that answers a share of the keys in the champion's place. */
export interface Canary {
  readonly model: string
  readonly version: string
  /** From 0 to 1. */
  readonly share: number
}

const HASHES = 2 ** 52

/**
 * Decides by the key of an event who answers it. The same key has the same answer as long as canary and share stay;
 * a larger share takes further keys and gives none back. Another version takes other keys, so that nobody meets every
 * experiment.
 */
export function compileRoute(canary: Canary | undefined): (key: string) => typeof CHAMPION | typeof CANARY {
  if (canary === undefined || canary.share <= 0) return () => CHAMPION
  const salt = `${canary.model}/${canary.version}/`
  const bound = canary.share * HASHES
  return key => (hashText52(salt + key) < bound ? CANARY : CHAMPION)
}
