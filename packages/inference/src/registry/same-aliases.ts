import type { Aliases } from './model-registry.ts'

/** Whether the same aliases name the same versions with the same shares. */
export function sameAliases(some: Aliases, others: Aliases): boolean {
  return some.size === others.size && [...some].every(([alias, target]) => isSame(target, others.get(alias)))
}

type Target = NonNullable<ReturnType<Aliases['get']>>

/** Whether somebody chose a champion or it is so by itself makes no difference. */
function isSame({ version, share }: Target, other: Target | undefined): boolean {
  return version === other?.version && share === other.share
}
