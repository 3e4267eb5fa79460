import { constants, copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MillraceError } from '@millrace/core'

const TEMPLATE = fileURLToPath(new URL('../../template/', import.meta.url))

/** npm packs no file of that name. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore' }

/** Of these a repository that is there keeps its own. */
const KEPT = ['.gitignore', 'README.md', 'tsconfig.json']

/** What became of the files of the template. */
export interface WrittenTemplate {
  readonly written: readonly string[]
  readonly kept: readonly string[]
}

/** Writes the template into a folder. Throws CONFIG_INVALID, and writes nothing, when a file of it is there already. */
export async function writeTemplate(folder: string): Promise<WrittenTemplate> {
  const sources = await readdir(TEMPLATE)
  const files = sources.map(source => ({ source, name: RENAMED[source] ?? source }))
  const present: string[] = []
  for (const { name } of files) if (await isThere(join(folder, name))) present.push(name)
  const inTheWay = present.filter(name => !KEPT.includes(name))
  if (inTheWay.length > 0) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `${folder} holds ${inTheWay.join(' and ')} already, and nothing is overwritten: take an empty folder.`,
    )
  }
  await mkdir(folder, { recursive: true })
  const missing = files.filter(({ name }) => !present.includes(name))
  for (const { source, name } of missing) {
    await copyFile(join(TEMPLATE, source), join(folder, name), constants.COPYFILE_EXCL)
  }
  return { written: missing.map(({ name }) => name).toSorted(), kept: present.toSorted() }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
