import type { Dirent, Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { MillraceError } from '@millrace/core'

/** A version of a model on disk. */
export interface FoundVersion {
  readonly version: string
  /** Path of the ONNX file. */
  readonly file: string
  /** Another one as soon as the ONNX file, or a file that belongs to it, is another one. */
  readonly stamp: string
}

export interface FoundModel {
  readonly name: string
  /** The newest first. */
  readonly versions: readonly FoundVersion[]
}

/** The ONNX file in the folder of a version. */
const VERSION_FILE = 'model.onnx'
const NUMBER = /^[1-9]\d*$/
const ONNX = /\.onnx$/i

/**
 * The models at a path, in alphabetical order: an ONNX file, the folder of a model with its versions, that of one
 * version, or a folder of any of these. Throws MODEL_INVALID when there is none, or when two have one name.
 */
export async function findModels(path: string): Promise<readonly FoundModel[]> {
  const isFolder = (await statOf(path)).isDirectory()
  const found = isFolder ? await findInFolder(resolve(path)) : [await findFile(resolve(path))]
  if (found.length === 0) throw none(path)
  const models = found.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const twice = models.find(({ name }, i) => models[i + 1]?.name === name)
  if (twice === undefined) return models
  throw new MillraceError('MODEL_INVALID', `${path} has two models named "${twice.name}": rename one.`)
}

/** The file of a version is that version. */
async function findFile(path: string): Promise<FoundModel> {
  const isVersion = basename(path) === VERSION_FILE && NUMBER.test(basename(dirname(path)))
  return isVersion ? singleVersion(dirname(path)) : bareModel(path)
}

async function findInFolder(folder: string): Promise<readonly FoundModel[]> {
  const single = await modelOf(folder)
  if (single !== undefined) return [single]
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(entries.map(entry => modelOfEntry(folder, entry)))
  return found.filter(model => model !== undefined)
}

async function modelOfEntry(folder: string, entry: Dirent): Promise<FoundModel | undefined> {
  if (entry.name.startsWith('.')) return undefined
  const path = join(folder, entry.name)
  const isFolder = entry.isSymbolicLink() ? (await statOf(path)).isDirectory() : entry.isDirectory()
  if (isFolder) return modelOf(path)
  return ONNX.test(entry.name) ? bareModel(path) : undefined
}

/** The model of a folder with versions, or with the files of one; undefined for any other folder. */
async function modelOf(folder: string): Promise<FoundModel | undefined> {
  const names = await readdir(folder)
  if (names.includes(VERSION_FILE)) return singleVersion(folder)
  const numbers = names.filter(name => NUMBER.test(name)).toSorted((a, b) => Number(b) - Number(a))
  const versions = await Promise.all(numbers.map(number => versionIn(join(folder, number))))
  const found = versions.filter(version => version !== undefined)
  return found.length === 0 ? undefined : { name: basename(folder), versions: found }
}

/** A folder named by a number is that version of the model that the folder around it is named after. */
async function singleVersion(folder: string): Promise<FoundModel> {
  const name = NUMBER.test(basename(folder)) ? basename(dirname(folder)) : basename(folder)
  return { name, versions: [(await versionIn(folder))!] }
}

async function versionIn(folder: string): Promise<FoundVersion | undefined> {
  const names = await readdir(folder).catch((): string[] => [])
  if (!names.includes(VERSION_FILE)) return undefined
  const number = basename(folder)
  return {
    version: NUMBER.test(number) ? number : '1',
    file: join(folder, VERSION_FILE),
    stamp: await stampOf(folder, names),
  }
}

/** An ONNX file by itself; files whose names begin with its own belong to it. */
async function bareModel(file: string): Promise<FoundModel> {
  const name = basename(file).replace(ONNX, '')
  const beside = (await readdir(dirname(file))).filter(other => other.startsWith(`${name}.`))
  const names = beside.filter(other => other === basename(file) || !ONNX.test(other))
  return { name, versions: [{ version: '1', file, stamp: await stampOf(dirname(file), names) }] }
}

async function stampOf(folder: string, names: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    names.toSorted().map(async name => {
      const { mtimeMs, size, ino } = await statOf(join(folder, name))
      return `${name} ${mtimeMs} ${size} ${ino}`
    }),
  )
  return stamps.join('\n')
}

async function statOf(path: string): Promise<Stats> {
  return stat(path).catch(cause => {
    throw new MillraceError('MODEL_INVALID', `${path} cannot be read.`, { cause })
  })
}

function none(path: string): MillraceError {
  return new MillraceError(
    'MODEL_INVALID',
    `${path} has no model: neither NAME.onnx, nor ${VERSION_FILE}, nor folders named 1, 2, 3 with a ${VERSION_FILE}.`,
  )
}
