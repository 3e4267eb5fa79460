import { type Role, SERVED_ROLES } from '@millrace/core'
import type { Aliases } from './model-registry.ts'

/** Those of the aliases that are roles which a scorer serves; a registry may have others, for people. */
export function servedRoles(aliases: Aliases): Aliases {
  return new Map([...aliases].filter(([alias]) => SERVED_ROLES.includes(alias as Role)))
}

/** Whether the same aliases name the same versions with the same shares. */
export function sameAliases(some: Aliases, others: Aliases): boolean {
  return some.size === others.size && [...some].every(([alias, target]) => isSame(target, others.get(alias)))
}

type Target = NonNullable<ReturnType<Aliases['get']>>

/** Whether somebody chose a champion or it is so by itself makes no difference. */
function isSame({ version, share }: Target, other: Target | undefined): boolean {
  return version === other?.version && share === other.share
}
