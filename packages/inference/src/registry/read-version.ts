import { CHAMPION, type EncoderArtifact, MillraceError, type Model } from '@millrace/core'
import { checkEncoders, checkVersion, type ModelVersion } from './check-version.ts'
import type { ModelRegistry } from './model-registry.ts'

/**
 * Reads a version of a registry and checks it against the declaration and the encoders that the pipeline runs with.
 * Throws MODEL_INVALID, in words, when it cannot be used.
 */
export async function readVersion(
  registry: ModelRegistry,
  version: string,
  model: Pick<Model, 'name' | 'inputs'>,
  encoders?: EncoderArtifact,
): Promise<ModelVersion> {
  const files = await registry.read(model.name, version)
  const checked = checkVersion(files, model)
  checkEncoders(checked, files.place, encoders)
  return checked
}

/** Reads a version as `readVersion` does, whatever encoders it is for. */
export async function readAnyVersion(
  registry: ModelRegistry,
  version: string,
  model: Pick<Model, 'name' | 'inputs'>,
): Promise<ModelVersion> {
  return checkVersion(await registry.read(model.name, version), model)
}

/** Reads the version that is to answer. Throws as `readVersion`, and MODEL_INVALID when the registry names none. */
export async function readChampion(
  registry: ModelRegistry,
  model: Pick<Model, 'name' | 'inputs'>,
  encoders?: EncoderArtifact,
): Promise<ModelVersion> {
  const champion = (await registry.aliases(model.name)).get(CHAMPION)
  if (champion !== undefined) return readVersion(registry, champion.version, model, encoders)
  throw new MillraceError(
    'MODEL_INVALID',
    `In ${registry.placeOf(model.name)} no version of ${model.name} is the ${CHAMPION}: choose one by "millrace models promote".`,
  )
}
