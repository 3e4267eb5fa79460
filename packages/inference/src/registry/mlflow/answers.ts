import { MillraceError } from '@millrace/core'
import { z } from 'zod'

/** The parts of MLflow's answers that are read; everything else is left alone. */
const tag = z.object({ key: z.string(), value: z.string().default('') })

const modelVersion = z.object({
  name: z.string(),
  version: z.string(),
  creation_timestamp: z.coerce.number().default(0),
  source: z.string().default(''),
  status: z.string().default('READY'),
  tags: z.array(tag).default([]),
})

export type MlflowVersion = z.output<typeof modelVersion>

export const versionAnswer = z.object({ model_version: modelVersion })

export const versionsAnswer = z.object({
  model_versions: z.array(modelVersion).default([]),
  next_page_token: z.string().optional(),
})

export const modelAnswer = z.object({
  registered_model: z.object({
    tags: z.array(tag).default([]),
    aliases: z.array(z.object({ alias: z.string(), version: z.string() })).default([]),
  }),
})

export const downloadAnswer = z.object({ artifact_uri: z.string() })

const listedFile = z.object({
  path: z.string(),
  is_dir: z.boolean().default(false),
  file_size: z.coerce.number().optional(),
})

export const filesAnswer = z.object({ files: z.array(listedFile).default([]) })

/** Reads an answer by its shape. Throws MODEL_REGISTRY_UNAVAILABLE when it is of another one. */
export function readAnswer<T>(shape: z.ZodType<T>, json: unknown, place: string): T {
  const result = shape.safeParse(json)
  if (result.success) return result.data
  const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new MillraceError(
    'MODEL_REGISTRY_UNAVAILABLE',
    `The model registry ${place} answers in a way that is not MLflow's: ${faults.join('; ')}.`,
  )
}

export function tagValue(tags: readonly z.output<typeof tag>[], key: string): string | undefined {
  return tags.find(candidate => candidate.key === key)?.value
}
