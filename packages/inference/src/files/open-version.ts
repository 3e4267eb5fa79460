import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MillraceError } from '@millrace/core'
import { bindFeatures } from '../model/feature-binding.ts'
import { knownScore } from '../model/known-score.ts'
import { type LoadedModel, type OpenModelOptions, openModel } from '../model/open-model.ts'
import { checkSample } from '../model/scoring.ts'
import type { WeightFile } from '../onnx/thread-messages.ts'
import { weightFilesOf } from '../registry/external-weights.ts'
import { type Manifest, parseManifest } from '../registry/manifest.ts'
import type { VersionAtWork } from '../served/model-host.ts'
import type { FoundVersion } from './find-models.ts'

/** A version from its files, at work. */
export interface FileVersion extends VersionAtWork {
  /** What training wrote beside the ONNX file, if anything. */
  readonly manifest: Manifest | undefined
}

/**
 * Loads a version from its files; where it has a manifest, it is the file that the manifest was written for, and gives
 * the scores of its sample. Throws MODEL_INVALID.
 */
export async function openVersion(
  name: string,
  { version, file }: FoundVersion,
  options: OpenModelOptions = {},
): Promise<FileVersion> {
  const onnx = await readPart(file)
  const digest = hash('sha256', onnx)
  const manifest = await readManifest(file, digest)
  const model = await openModel({ onnx, weights: await readWeights(onnx, file) }, options)
  try {
    if (manifest !== undefined) await checkWithManifest(model, manifest)
  } catch (error) {
    await model.close()
    throw error
  }
  return { identity: { name, version, digest }, model, manifest, close: () => model.close() }
}

async function readWeights(onnx: Uint8Array, file: string): Promise<readonly WeightFile[]> {
  const paths = weightFilesOf(onnx, file)
  return Promise.all(paths.map(async path => ({ path, data: await readPart(join(dirname(file), path)) })))
}

/** Only the folder of a version has one. */
async function readManifest(file: string, digest: string): Promise<Manifest | undefined> {
  const path = join(dirname(file), 'manifest.json')
  const text = file.endsWith('model.onnx') ? await readFile(path, 'utf8').catch(() => undefined) : undefined
  if (text === undefined) return undefined
  const manifest = parseManifest(text, path)
  if (manifest.digest === digest) return manifest
  throw new MillraceError('MODEL_INVALID', `${file} is not the file that its manifest was written for.`)
}

/** Without the declaration it may not be clear which output is the score: then the inputs alone are checked. */
async function checkWithManifest(model: LoadedModel, manifest: Manifest): Promise<void> {
  const bind = bindFeatures(model.signature, manifest.inputs)
  const scoresOf = knownScore(model.signature)
  if (scoresOf === undefined) return
  const score = async (rows: Parameters<typeof bind>[0]) =>
    scoresOf(await model.infer(bind(rows), rows.length), rows.length)
  await checkSample({ score }, { manifest })
}

async function readPart(path: string): Promise<Buffer> {
  return readFile(path).catch(cause => {
    throw new MillraceError('MODEL_INVALID', `${path} cannot be read.`, { cause })
  })
}
