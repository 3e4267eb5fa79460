import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '@millrace/core'
import { weightFilesOf } from '../external-weights.ts'
import { DOCUMENTS, type ModelFiles } from '../model-registry.ts'

/** The ONNX file of a version. */
export const ONNX_FILE = 'model.onnx'

/** The largest file of a version that is read (bytes): a model lies in memory once for each thread. */
export const MAX_FILE_BYTES = 2 ** 31

export interface VersionPlace {
  readonly name: string
  readonly version: string
  readonly folder: string
  /** The ONNX file, within the folder. */
  readonly onnxFile: string
  /** The folder in the words of messages. */
  readonly place: string
  /** As of `ModelFiles`. */
  readonly strict: boolean
}

/** Reads the files of a version from a folder. Throws MODEL_INVALID that names a file which is missing or damaged. */
export async function readVersionFiles(where: VersionPlace): Promise<ModelFiles> {
  const { folder, onnxFile, ...names } = where
  const onnx = await readPart(where, onnxFile)
  const weights = await Promise.all(
    weightFilesOf(onnx, `${where.place}/${onnxFile}`).map(async path => ({
      path,
      data: await readPart(where, path),
    })),
  )
  const documents = await Promise.all(
    DOCUMENTS.map(async name => [name, await readText(join(folder, name))] as const),
  )
  return {
    ...names,
    onnx,
    digest: createHash('sha256').update(onnx).digest('hex'),
    weights,
    documents: new Map(documents.filter(entry => entry[1] !== undefined) as [string, string][]),
  }
}

/** The text of a file, undefined where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined
    throw unreadable(path, cause)
  })
}

async function readPart({ folder, place }: VersionPlace, name: string): Promise<Buffer> {
  const path = join(folder, name)
  const shown = `${place}/${name}`
  const size = await stat(path).then(
    found => found.size,
    cause => {
      throw unreadable(shown, cause)
    },
  )
  if (size > MAX_FILE_BYTES) {
    throw new MillraceError('MODEL_INVALID', `${shown} is larger than ${MAX_FILE_BYTES} bytes.`)
  }
  return readFile(path).catch(cause => {
    throw unreadable(shown, cause)
  })
}

function unreadable(path: string, cause: unknown): MillraceError {
  return new MillraceError('MODEL_INVALID', `${path} cannot be read.`, { cause })
}
