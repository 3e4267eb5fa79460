import { MillraceError, type Pipeline } from '@millrace/core'
import {
  type ModelRegistry,
  modelFolder,
  openRegistry,
  parseModelReference,
  readRegistrySettings,
  resolveReference,
} from '@millrace/inference'
import { loadPipeline } from '@millrace/platform'
import { type GivenOptions, readText } from '../options.ts'
import { defaultPipelineFile } from '../paths.ts'

/** A pipeline's model and where its versions come from. */
export interface ModelContext {
  readonly pipeline: Pipeline
  readonly registry: ModelRegistry
  /** The registry in words. */
  readonly place: string
}

/** The options of every command about models. */
export const CONTEXT_OPTIONS = { pipeline: { type: 'string' }, registry: { type: 'string' } } as const

/** Loads the pipeline and opens the registry: `--registry`, else MODEL_REGISTRY, else the model's own folder. */
export async function openContext(given: GivenOptions, env: NodeJS.ProcessEnv): Promise<ModelContext> {
  const file = readText(given, 'pipeline') ?? defaultPipelineFile(env)
  const pipeline = await loadPipeline(file)
  const place = readText(given, 'registry')
  const settings = readRegistrySettings({ ...env, ...(place !== undefined && { MODEL_REGISTRY: place }) })
  const opened = openRegistry(settings, modelFolder(file, pipeline.model))
  return { pipeline, registry: opened, place: opened.placeOf(pipeline.model.name) }
}

/** The version that an argument means. Throws CONFIG_INVALID when it is of another model. */
export async function versionOf({ pipeline, registry }: ModelContext, argument: string): Promise<string> {
  const reference = parseModelReference(argument)
  const { name } = pipeline.model
  if (reference.name !== undefined && reference.name !== name) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `${argument} is of the model "${reference.name}"; the pipeline declares "${name}": give its file by --pipeline.`,
    )
  }
  return resolveReference(reference, await registry.aliases(name))
}
