import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type EncoderArtifact, MillraceError, type Model, type ModelIdentity } from '@millrace/core'
import { inputDifference } from './input-difference.ts'
import { type Manifest, parseJson, parseManifest } from './manifest.ts'

/** One version of a model as training wrote it, checked against its declaration. */
export interface ModelVersion {
  readonly identity: ModelIdentity
  /** The bytes of model.onnx, of the digest in `identity`. */
  readonly onnx: Uint8Array
  readonly manifest: Manifest
  /** reference.json as it stands: the distributions that the drift monitor compares with. */
  readonly reference: unknown
}

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
  refuseFaults(join(folder, newest.identity.version), [
    encoderDifference(newest.manifest.encoders, encoders?.digest),
  ])
  return newest
}

function encoderDifference(trained: string | undefined, given: string | undefined): string | undefined {
  if (trained === given) return undefined
  const known = (digest: string | undefined): string =>
    digest === undefined ? 'without fitted encoders' : `with the encoders ${digest}`
  return `it was trained ${known(trained)}, and the pipeline runs ${known(given)}: restore these, or train a version on vectors of now`
}

/** Reads one version. Throws MODEL_INVALID, in words, when files are missing, damaged, or of another model. */
export async function readModel(folder: string, version: string, model: Model): Promise<ModelVersion> {
  const place = join(folder, version)
  const [onnx, manifestText, referenceText] = await Promise.all([
    readPart(place, 'model.onnx'),
    readPart(place, 'manifest.json'),
    readPart(place, 'reference.json'),
  ])
  const manifest = parseManifest(manifestText.toString(), join(place, 'manifest.json'))
  const digest = createHash('sha256').update(onnx).digest('hex')
  refuseFaults(place, [
    manifest.name !== model.name && `it is of the model "${manifest.name}", "${model.name}" is declared`,
    manifest.version !== version && `its manifest is of version ${manifest.version}`,
    manifest.digest !== digest && 'its model.onnx is not the file that the manifest was written for',
    inputDifference(manifest.inputs, model.inputs),
  ])
  const reference = parseJson(referenceText.toString(), join(place, 'reference.json'))
  return { identity: { name: model.name, version, digest }, onnx, manifest, reference }
}

async function readPart(place: string, name: string): Promise<Buffer> {
  return readFile(join(place, name)).catch(cause => {
    throw new MillraceError('MODEL_INVALID', `${join(place, name)} cannot be read.`, { cause })
  })
}

function refuseFaults(place: string, candidates: readonly (string | false | undefined)[]): void {
  const faults = candidates.filter(fault => typeof fault === 'string')
  if (faults.length === 0) return
  throw new MillraceError('MODEL_INVALID', `${place} cannot be used: ${faults.join('; ')}.`, {
    details: { faults },
  })
}
