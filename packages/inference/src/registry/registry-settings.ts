import { MillraceError } from '@millrace/core'
import { wholeNumber } from '@millrace/platform/config'
import { z } from 'zod'

/** What a service reads from its environment to find its registry; add it by `config.extend(registrySettings)`. */
export const registrySettings = {
  /** A folder with a folder for each model, or the address of an MLflow server. Default: the model's own folder. */
  MODEL_REGISTRY: z
    .string()
    .refine(isRegistry, 'must be a folder, or an address http://… or https://…')
    .optional(),
  MODEL_REGISTRY_TOKEN: z.string().optional(),
  MODEL_REGISTRY_USER: z.string().optional(),
  MODEL_REGISTRY_PASSWORD: z.string().optional(),
  /** How long an answer of MLflow may take to begin, and between two parts of it (ms). */
  MODEL_REGISTRY_TIMEOUT_MS: wholeNumber({ min: 100, max: 600_000 }).default(10_000),
  /** How often the aliases are looked at (ms). */
  MODEL_REGISTRY_EVERY_MS: wholeNumber({ min: 100, max: 86_400_000 }).default(15_000),
  /** With it MLflow's webhooks are taken. */
  MODEL_REGISTRY_WEBHOOK_SECRET: z.string().min(16, 'must have 16 characters or more').optional(),
  /** The largest file of a version that is downloaded (bytes). */
  MODEL_MAX_BYTES: wholeNumber({ min: 1_000, max: 100_000_000_000 }).default(2_147_483_648),
  /** Where downloaded versions are kept. */
  MODEL_CACHE: z.string().optional(),
}

const settings = z.object(registrySettings)

export type RegistrySettings = Readonly<z.output<typeof settings>>

/** Reads the settings alone. Throws CONFIG_INVALID with every fault; secrets are never repeated. */
export function readRegistrySettings(env: Readonly<Record<string, string | undefined>>): RegistrySettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = settings.safeParse(given)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new MillraceError('CONFIG_INVALID', `The model registry cannot be used:\n- ${faults.join('\n- ')}`)
}

/** Whether a place is that of an MLflow server. */
export function isMlflow(place: string): boolean {
  return /^https?:$/.test(URL.parse(place)?.protocol ?? '')
}

function isRegistry(place: string): boolean {
  return isMlflow(place) || !/^\w+:\/\//.test(place)
}
