import { MillraceError } from '@millrace/core'
import type { z } from 'zod'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads a service's configuration from environment variables; variables of other programs are left alone.
 * An empty variable counts as not set. Throws CONFIG_INVALID with every fault; the values themselves, which may
 * hold credentials, are never repeated.
 */
export function loadConfig<T extends z.ZodObject>(schema: T, env: Environment): Readonly<z.output<T>> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = schema.safeParse(given, {
    error: issue => (issue.input === undefined ? 'is not set' : undefined),
  })
  if (result.success) return Object.freeze(result.data)
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new MillraceError('CONFIG_INVALID', `The configuration cannot be used:\n- ${faults.join('\n- ')}`, {
    details: { faults },
  })
}
