import { MillraceError } from '@millrace/core'

/** When settings cannot go together, and what is said then. */
export type ConfigRule<C> = readonly [isBroken: (config: C) => boolean, fault: string]

/** Throws CONFIG_INVALID with the fault of every rule that is broken. */
export function checkRules<C>(rules: readonly ConfigRule<C>[], config: C): void {
  const faults = rules.filter(([isBroken]) => isBroken(config)).map(([, fault]) => fault)
  if (faults.length > 0) throw configInvalid(faults)
}

/** The error of a configuration with these faults, which name settings and never repeat their values. */
export function configInvalid(faults: readonly string[], cause?: unknown): MillraceError {
  return new MillraceError('CONFIG_INVALID', `The configuration cannot be used:\n- ${faults.join('\n- ')}`, {
    cause,
    details: { faults },
  })
}
