import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type EncoderArtifact, MillraceError, type Model } from '@millrace/core'
import { checkEncoders, checkVersion, type ModelVersion } from './check-version.ts'
import { ONNX_FILE, readVersionFiles } from './folder/version-files.ts'

/** The folder with the versions of a pipeline's model. */
export function modelFolder(pipelineFile: string, model: Model): string {
  return resolve(dirname(resolve(pipelineFile)), model.path)
}

/**
 * Reads the version with the highest number. Throws MODEL_INVALID when there is none, or when it cannot be used, such
 * as with vectors of encoders that have learnt something else than those it was trained with.
 */
export async function readNewestModel(
  folder: string,
  model: Model,
  encoders?: EncoderArtifact,
): Promise<ModelVersion> {
  const entries = await readdir(folder).catch(cause => {
    throw new MillraceError('MODEL_INVALID', `The model folder ${folder} cannot be read.`, { cause })
  })
  const versions = entries.filter(name => /^[1-9]\d*$/.test(name)).map(Number)
  if (versions.length === 0) {
    throw new MillraceError(
      'MODEL_INVALID',
      `The model folder ${folder} has no version: train a model first.`,
    )
  }
  const newest = await readModel(folder, String(Math.max(...versions)), model)
  checkEncoders(newest, join(folder, newest.identity.version), encoders)
  return newest
}

/** Reads one version. Throws MODEL_INVALID, in words, when files are missing, damaged, or of another model. */
export async function readModel(folder: string, version: string, model: Model): Promise<ModelVersion> {
  const place = join(folder, version)
  const files = await readVersionFiles({
    name: model.name,
    version,
    folder: place,
    onnxFile: ONNX_FILE,
    place,
    strict: true,
  })
  return checkVersion(files, model)
}
