import { hash } from 'node:crypto'
import {
  type EncoderArtifact,
  MillraceError,
  type Model,
  type ModelIdentity,
  parseBackground,
} from '@millrace/core'
import type { WeightFile } from '../onnx/thread-messages.ts'
import { inputDifference } from './input-difference.ts'
import { type Manifest, parseJson, parseManifest } from './manifest.ts'
import { BACKGROUND, MANIFEST, type ModelFiles, REFERENCE } from './model-registry.ts'

/** One version of a model, checked against its declaration as far as its files go; it was not loaded yet. */
export interface ModelVersion {
  readonly identity: ModelIdentity
  /** The bytes of model.onnx, of the digest in `identity`. */
  readonly onnx: Uint8Array
  readonly weights?: readonly WeightFile[]
  /** Always there in a folder. */
  readonly manifest: Manifest | undefined
  /** reference.json as it stands, the distributions that the drift monitor compares with; always there in a folder. */
  readonly reference: unknown
  /** The rows of background.json, where there is one. */
  readonly background?: readonly (readonly number[])[]
  /** What could not be checked, in words. */
  readonly remarks?: readonly string[]
}

/** Checks the files of a version against the declaration. Throws MODEL_INVALID with every fault, in words. */
export function checkVersion(files: ModelFiles, model: Pick<Model, 'name' | 'inputs'>): ModelVersion {
  const { place, documents, onnx, weights, version, digest } = files
  const identity = { name: model.name, version, digest }
  const [manifestText, referenceText] = [textOf(files, MANIFEST), textOf(files, REFERENCE)]
  const manifest =
    manifestText === undefined ? undefined : parseManifest(manifestText, `${place}/${MANIFEST}`)
  if (manifest !== undefined) refuseFaults(place, manifestFaults(manifest, files, model))
  const reference = documentOf(files, REFERENCE, referenceText, identity)
  const background = documentOf(files, BACKGROUND, documents.get(BACKGROUND), identity)
  const columns = model.inputs.length
  return {
    identity,
    onnx,
    weights,
    manifest,
    reference,
    ...(background !== undefined && { background: parseBackground(background, identity, columns).rows }),
    remarks: manifest === undefined ? [withoutManifest(place)] : [],
  }
}

/**
 * Checks that a version was trained on vectors of the encoders that the pipeline runs with. Throws MODEL_INVALID. A
 * version without a manifest does not say on which.
 */
export function checkEncoders(
  { manifest }: ModelVersion,
  place: string,
  encoders: EncoderArtifact | undefined,
): void {
  if (manifest !== undefined) refuseFaults(place, [encoderDifference(manifest.encoders, encoders?.digest)])
}

function manifestFaults(
  manifest: Manifest,
  { digest, version, weights, strict }: ModelFiles,
  model: Pick<Model, 'name' | 'inputs'>,
): readonly (string | undefined)[] {
  return [
    manifest.name === model.name
      ? undefined
      : `it is of the model "${manifest.name}", "${model.name}" is declared`,
    strict && manifest.version !== version ? `its manifest is of version ${manifest.version}` : undefined,
    manifest.digest === digest
      ? undefined
      : 'its model.onnx is not the file that the manifest was written for',
    ...weights.map(file => weightFault(file, manifest)),
    inputDifference(manifest.inputs, model.inputs),
  ]
}

function weightFault({ path, data }: WeightFile, { weights }: Manifest): string | undefined {
  const known = weights?.[path]
  if (known === hash('sha256', data)) return undefined
  return known === undefined
    ? `its manifest has no digest of the weights in "${path}"`
    : `its weights "${path}" are not the file that the manifest was written for`
}

function encoderDifference(trained: string | undefined, given: string | undefined): string | undefined {
  if (trained === given) return undefined
  const known = (digest: string | undefined): string =>
    digest === undefined ? 'without fitted encoders' : `with the encoders ${digest}`
  return `it was trained ${known(trained)}, and the pipeline runs ${known(given)}: restore these, or train a version on vectors of now`
}

/** Throws MODEL_INVALID where the document has to be there. */
function textOf({ documents, strict, place }: ModelFiles, name: string): string | undefined {
  const text = documents.get(name)
  if (text !== undefined || !strict) return text
  throw new MillraceError('MODEL_INVALID', `${place}/${name} cannot be read.`)
}

/** A document of a version. A registry that numbers versions itself knows better than the document which one it is. */
function documentOf(
  { place, strict }: ModelFiles,
  name: string,
  text: string | undefined,
  identity: ModelIdentity,
): unknown {
  if (text === undefined) return undefined
  const document = parseJson(text, `${place}/${name}`)
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document)
  return strict || !isObject
    ? document
    : { ...document, model: { name: identity.name, version: identity.version } }
}

function withoutManifest(place: string): string {
  return `${place} has no ${MANIFEST}: its inputs are checked by the ONNX file alone, neither its encoders nor its scores by anything`
}

function refuseFaults(place: string, candidates: readonly (string | undefined)[]): void {
  const faults = candidates.filter(fault => fault !== undefined)
  if (faults.length === 0) return
  throw new MillraceError('MODEL_INVALID', `${place} cannot be used: ${faults.join('; ')}.`, {
    details: { faults },
  })
}
