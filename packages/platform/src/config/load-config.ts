import type { z } from 'zod'
import { configInvalid } from './config-faults.ts'

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
  throw configInvalid(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`))
}
