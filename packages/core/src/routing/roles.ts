/** The alias of the version that answers. */
export const CHAMPION = 'champion'
/** Answers a share of the keys. */
export const CANARY = 'canary'
/** Scores the vectors that the champion scores; its scores are published and never answered. */
export const SHADOW = 'shadow'
/** The candidate that is compared with the champion, and not served. */
export const CHALLENGER = 'challenger'

/** Scores in the champion's place where features are not there, if the fallback says so. */
export const DEGRADED = 'degraded'

export const ROLES = [CHAMPION, CANARY, SHADOW, CHALLENGER, DEGRADED] as const

/** The roles whose versions a scorer has in memory. */
export const SERVED_ROLES: readonly Role[] = [CHAMPION, CANARY, SHADOW, DEGRADED]

export type Role = (typeof ROLES)[number]
