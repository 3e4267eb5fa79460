import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { MillraceError } from '@millrace/core'
import { z } from 'zod'
import { weightFilesOf } from '../external-weights.ts'
import { ONNX_FILE } from '../folder/version-files.ts'
import { DOCUMENTS } from '../model-registry.ts'
import type { ArtifactSource } from './artifact-source.ts'

/** What was downloaded of a version: names in its folder, with the SHA-256 of each. */
export type Downloaded = Readonly<Record<string, string>>

const mlmodel = z.object({ flavors: z.object({ onnx: z.object({ data: z.string() }).optional() }) })

/** Where `log_model(extra_files=…)` puts what it is given. */
const EXTRA_FILES = 'extra_files'

/**
 * Downloads into an empty folder what a version needs: its ONNX file as model.onnx, the weights beside it, and the
 * documents that are there. Throws MODEL_INVALID when the version has no ONNX file or lacks weights.
 */
export async function downloadVersion(
  source: ArtifactSource,
  folder: string,
  place: string,
): Promise<Downloaded> {
  const digests: Record<string, string> = {}
  const download = async (path: string, name: string): Promise<boolean> => {
    const digest = await downloadFile(source, path, join(folder, name))
    if (digest !== undefined) digests[name] = digest
    return digest !== undefined
  }
  const onnxPath = await onnxPathOf(source, place)
  if (!(await download(onnxPath, ONNX_FILE))) throw missing(place, onnxPath)
  const onnx = await readFile(join(folder, ONNX_FILE))
  const parent = onnxPath.slice(0, onnxPath.lastIndexOf('/') + 1)
  for (const name of weightFilesOf(onnx, `${place}/${onnxPath}`)) {
    if (!(await download(parent + name, name))) throw missing(place, parent + name)
  }
  for (const name of DOCUMENTS) {
    const found = await download(name, name)
    if (!found) await download(`${EXTRA_FILES}/${name}`, name)
  }
  return digests
}

/** The path of the ONNX file, as MLmodel has it; a folder of plain files has none, and model.onnx in it. */
async function onnxPathOf(source: ArtifactSource, place: string): Promise<string> {
  const body = await source.open('MLmodel')
  if (body === undefined) return ONNX_FILE
  const text = new TextDecoder().decode(await body.read())
  const result = mlmodel.safeParse(await parseYaml(text))
  const path = result.data?.flavors.onnx?.data
  if (path === undefined) {
    throw new MillraceError(
      'MODEL_INVALID',
      `${place} is no ONNX model: its MLmodel has no flavor "onnx". Log it by mlflow.onnx.log_model.`,
    )
  }
  if (/^(?!\.\.)[^/\\]+(\/(?!\.\.)[^/\\]+)*$/.test(path)) return path
  throw new MillraceError('MODEL_INVALID', `${place} names an ONNX file outside its folder: "${path}".`)
}

/** The parser is loaded where it is needed: most services never read an MLmodel. */
async function parseYaml(text: string): Promise<unknown> {
  const { parse } = await import('yaml')
  try {
    return parse(text, { maxAliasCount: 0 })
  } catch {
    return undefined
  }
}

/** Answers the digest of what came, undefined when there is no such file. */
async function downloadFile(
  source: ArtifactSource,
  path: string,
  target: string,
): Promise<string | undefined> {
  const body = await source.open(path)
  if (body === undefined) return undefined
  const digest = createHash('sha256')
  await pipeline(
    body.parts(),
    async function* (parts) {
      for await (const part of parts) {
        digest.update(part)
        yield part
      }
    },
    createWriteStream(target, { flags: 'wx', flush: true }),
  )
  return digest.digest('hex')
}

function missing(place: string, path: string): MillraceError {
  return new MillraceError('MODEL_INVALID', `${place} has no file "${path}".`)
}
