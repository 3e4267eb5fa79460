import { dirname, resolve } from 'node:path'
import type { EncoderArtifact, Model } from '@millrace/core'
import type { ModelVersion } from './check-version.ts'
import { FolderRegistry } from './folder/folder-registry.ts'
import { readChampion } from './read-version.ts'

/** The folder with the versions of a pipeline's model. */
export function modelFolder(pipelineFile: string, model: Model): string {
  return resolve(dirname(resolve(pipelineFile)), model.path)
}

/**
 * Reads the champion of a folder: without one in aliases.json, the version with the highest number. Throws
 * MODEL_INVALID when there is none, or when it cannot be used, such as with vectors of encoders that have learnt
 * something else than those it was trained with.
 */
export async function readNewestModel(
  folder: string,
  model: Model,
  encoders?: EncoderArtifact,
): Promise<ModelVersion> {
  return readChampion(new FolderRegistry({ folderOf: () => folder }), model, encoders)
}
